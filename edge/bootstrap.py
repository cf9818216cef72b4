"""The tablet put together: every adapter is a parameter, nothing is made on import."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from uuid import UUID

from common.broker import BrokerAddress
from common.faults import FaultPoint, no_faults
from common.time import Clock
from devices.interfaces import PositionSource, Scanner
from edge.capture.encounter import Encounter, Tools
from edge.capture.interfaces import Extractor
from edge.capture.models import CaptureSettings
from edge.capture.port import ReopeningPort
from edge.changes import Changes
from edge.config import TabletConfig
from edge.link.link import Link
from edge.link.models import LinkSettings
from edge.messages.models import CaptureReport
from edge.messages.seal import open_receipt, open_result, seal_capture
from edge.outbox.backoff import Retry, Uniform
from edge.outbox.interfaces import Outbox
from edge.outbox.models import Saved
from edge.outbox.sqlite import SqliteOutbox

SHOWN_FOR = timedelta(hours=24)
"""How long a result stays on the tablet: a shift and its overrun, no more."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What the tablet takes from the world. `panah edge serve` gives the real ones; a demo or a test gives its own."""

    clock: Clock
    monotonic: Callable[[], float]
    uniform: Uniform
    new_id: Callable[[], UUID]
    open_scanner: Callable[[], Scanner]
    load_extractor: Callable[[], Extractor]
    positions: PositionSource | None = None
    retry: Retry = field(default_factory=Retry)
    link: LinkSettings = field(default_factory=LinkSettings)
    capture: CaptureSettings = field(default_factory=CaptureSettings)
    faults: FaultPoint = no_faults


class Tablet:
    """Outbox, link and scanner of one van. Encounters belong to one thread; everything else may be used by any."""

    def __init__(self, config: TabletConfig, outside: Outside) -> None:
        """Errors: ConfigInvalid, OutboxUnreadable, DiskFull."""
        self.config, self._outside = config, outside
        self.changes = Changes()
        self._keys, self._registry = config.load_device_keys(), config.registry_public()
        self.outbox: Outbox = self._make_outbox()
        self.link = self._make_link()
        self._port = ReopeningPort(outside.open_scanner)

    def start(self) -> None:
        self._forget_old()
        self.link.start()

    def stop(self) -> None:
        """End everything in order. What was saved and not sent stays in the outbox."""
        self.link.stop()
        self._port.close()
        if self._outside.positions is not None:
            self._outside.positions.close()
        self.outbox.close()

    def encounter(self) -> Encounter:
        """Begin one. Errors: SpaceLow."""
        self._forget_old()
        return Encounter(self._tools)

    @cached_property
    def _tools(self) -> Tools:
        outside = self._outside
        return Tools(
            device=self.config.device,
            team=self.config.team,
            port=self._port,
            extractor=outside.load_extractor(),
            positions=outside.positions,
            save=self._save,
            require_space=self.outbox.require_space,
            clock=outside.clock,
            monotonic=outside.monotonic,
            new_id=outside.new_id,
            settings=outside.capture,
        )

    def _save(self, report: CaptureReport) -> Saved:
        saved = self.outbox.save(report)
        self.link.kick()
        self.changes.tell()
        return saved

    def _forget_old(self) -> None:
        self.outbox.forget_before(self._outside.clock.now() - SHOWN_FOR)

    def _make_outbox(self) -> SqliteOutbox:
        return SqliteOutbox(
            self.config.outbox_path,
            seal=partial(seal_capture, device_keys=self._keys[0], registry_public=self._registry[0]),
            clock=self._outside.clock,
            uniform=self._outside.uniform,
            retry=self._outside.retry,
            faults=self._outside.faults,
        )

    def _make_link(self) -> Link:
        device = self.config.device
        return Link(
            BrokerAddress.parse(self.config.broker),
            device=device,
            outbox=self.outbox,
            open_receipt=partial(open_receipt, device=device, registry_public=self._registry),
            open_result=partial(open_result, device=device, device_keys=self._keys, registry_public=self._registry),
            clock=self._outside.clock,
            monotonic=self._outside.monotonic,
            uniform=self._outside.uniform,
            settings=self._outside.link,
            tls=self.config.tls_files(),
            on_change=self.changes.tell,
            faults=self._outside.faults,
        )


def scanner_of(source: str, *, folder: Path) -> Callable[[], Scanner]:
    """How the configured scanner is opened: `serial:/dev/…`, or `replay:MANIFEST.csv` relative to `folder`."""
    kind, _, where = source.partition(":")
    if kind == "serial":
        return partial(_serial_scanner, where)
    return partial(_replay_scanner, folder / where)


def _serial_scanner(port: str) -> Scanner:
    from devices.serial.scanner import SerialScanner

    return SerialScanner(port)


def _replay_scanner(manifest: Path) -> Scanner:
    from devices.replay import ReplayScanner

    return ReplayScanner.from_manifest(manifest)


def open_positions(port: str | None) -> PositionSource | None:
    """The satellite receiver at a serial port. One that is missing is tried again for ever, and gives no place."""
    if port is None:
        return None
    from devices.gps.receiver import SerialPosition

    return SerialPosition(port)


def load_iris_extractor(chosen: str | None = None, *, folder: Path = Path()) -> Extractor:
    """The recognition models, loaded and warmed up: about a second. chosen: as in the settings, relative to `folder`.

    Errors: NoWeights, WeightsDamaged.
    """
    from edge.capture.iris import IrisExtractor
    from models import IrisPipeline, weights

    where = weights.FOLDER if chosen is None else weights.folder_of(chosen, folder)
    return IrisExtractor(IrisPipeline.load(folder=where), models=weights.pins() | weights.pins(where))
