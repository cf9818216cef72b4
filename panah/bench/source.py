"""Captures at a steady rate, from a process of its own: sealed beforehand, then published like a van's.

    python -m panah.bench.source CONFIG COUNT PER_SECOND KNOWN

The first KNOWN simulated people are enrolled already (`panah.bench.population.people`, seed 1); every other capture is
one of theirs, the rest are strangers.
"""

import json
import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import monotonic, sleep

import paho.mqtt.client as mqtt

from common.broker import BrokerAddress
from edge.config import TabletConfig, read_config
from edge.messages.seal import seal_capture
from edge.messages.topics import capture_topic
from panah.bench.population import people, report


def main() -> None:
    config, count, rate, known = read_config(Path(sys.argv[1])), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    sealed = sealed_captures(config, count, known)
    print(json.dumps({"event": "sealed"}), flush=True)
    sys.stdin.readline()
    publish(config, sealed, rate)
    print(json.dumps({"event": "over"}), flush=True)


def sealed_captures(config: TabletConfig, count: int, known: int) -> list[bytes]:
    again = (second for _, second in people(known, seed=1))
    strangers = (first for first, _ in people(count // 2 + 1, seed=3))
    templates = [next(again) if k % 2 else next(strangers) for k in range(count)]
    keys, public, now = config.load_device_keys()[0], config.registry_public()[0], datetime.now(UTC)
    made = (report(template, device=config.device, now=now) for template in templates)
    return [seal_capture(one, device_keys=keys, registry_public=public) for one in islice(made, count)]


def publish(config: TabletConfig, sealed: list[bytes], rate: float) -> None:
    broker = BrokerAddress.parse(config.broker)
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="panah-bench-source", protocol=mqtt.MQTTv5)
    client.connect(broker.host, broker.port)
    client.loop_start()
    began = monotonic()
    waiting = []
    for number, one in enumerate(sealed):
        sleep(max(0.0, began + number / rate - monotonic()))
        waiting.append(client.publish(capture_topic(config.device), one, qos=1))
    for message in waiting:
        message.wait_for_publish(30)
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main()
