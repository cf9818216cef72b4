"""The MQTT topics of the wire contract. A device's name is a part of a topic, so it is held to safe letters."""

import re

DEVICE_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
"""Small ASCII letters, digits and hyphens: safe in a topic, a client id, a certificate and an access list."""

CAPTURES = "panah/v1/+/capture"
"""What the registry subscribes to."""

_TOPIC = re.compile(rf"panah/v1/({DEVICE_NAME.pattern})/(capture|receipt|result|evidence)")


def capture_topic(device: str) -> str:
    return f"panah/v1/{device}/capture"


def receipt_topic(device: str) -> str:
    return f"panah/v1/{device}/receipt"


def result_topic(device: str) -> str:
    return f"panah/v1/{device}/result"


def device_of(topic: str) -> str | None:
    """The device in a topic of this contract; None for any other topic."""
    found = _TOPIC.fullmatch(topic)
    return found[1] if found else None
