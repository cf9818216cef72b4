"""The demo from beginning to end: plan, house, vans, outcome."""

import secrets
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from devices.manifest import read_manifest
from models.evaluation.extraction import SHIPPED, device_of
from models.evaluation.sensors import shapes_of
from panah.demo import shift, summary
from panah.demo.house import Child, House, house, serving
from panah.demo.ledger import read_ledger, received
from panah.demo.people import add_person, provision
from panah.demo.plan import Plan, PlannedEye, manifest_shift, synthetic_shift
from registry.config import RegistrySettings

SYNTHETIC_ENCOUNTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    images: Path | None = None
    vans: int = 2
    children: int = 24
    encounters: int | None = None
    outage_s: float = 0.0
    port: int | None = None
    seed: int = 1
    leave: bool = False


def run(options: Options) -> dict[str, Any]:
    """Play, and give the summary; without `leave`, stay up until Ctrl-C first.

    Errors: ManifestInvalid, DemoError, RegistryError, each before or instead of a summary.
    """
    began = monotonic()
    plan, given, console = make_plan(options), RegistrySettings(), Console(stderr=True)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="panah-demo-")))
        url = given.database_url.get_secret_value() if given.database_url else None
        console.print("Starting broker and registry …")
        standing = stack.enter_context(house(home / "home", database_url=url, broker_url=given.broker_url))
        login = add_person(standing.registry, name="demo", password=secrets.token_urlsafe(9))
        address = stack.enter_context(serving(standing, port=options.port, log=home / "registry.log"))
        console.print(f"Pages: [bold]{address}/[/]   name: [bold]{login.name}[/]   password: [bold]{login.password}[/]")
        played = _play(plan, standing, home, options, console)
        result = summary.summarise(
            plan, played, read_ledger(standing.registry.database, played.truth), seconds=monotonic() - began
        )
        console.print(summary.in_words(result))
        if not options.leave:
            _stay(console, address)
    return result | {"stages_ms": summary.stage_figures(played.stages)}


def make_plan(options: Options) -> Plan:
    """Errors: ManifestInvalid."""
    if options.images is None:
        encounters = options.encounters or max(SYNTHETIC_ENCOUNTERS, options.children * 2)
        return synthetic_shift(vans=options.vans, children=options.children, encounters=encounters, seed=options.seed)
    rows = read_manifest(options.images)
    shapes = shapes_of(rows, SHIPPED, workers=None)
    eyes: dict[str, dict[str, list[PlannedEye]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        seen = PlannedEye(path=row.path.resolve(), pixel_shape=shapes.get(device_of(row), 1.0))
        eyes[row.subject][row.eye].append(seen)
    return manifest_shift(eyes, vans=options.vans, encounters=options.encounters, seed=options.seed)


def _play(plan: Plan, standing: House, home: Path, options: Options, console: Console) -> shift.Played:
    plan_file = home / "plan.json"
    plan_file.write_text(plan.model_dump_json())
    configs = [provision(standing, home / f"van-{k + 1}", number=k + 1) for k in range(plan.vans)]
    with _progress(console) as bars, _vans(standing, configs, plan_file, home, options) as vans:
        saved = bars.add_task("Saved on the tablets", total=len(plan.encounters))
        settled = bars.add_task("Answered by the registry", total=len(plan.encounters))
        database = standing.registry.database

        def on_event(event: shift.Event) -> None:
            bars.advance(saved, event["event"] == "saved")
            bars.update(settled, completed=received(database))

        def count() -> int:
            bars.update(settled, completed=(now := received(database)))
            return now

        played = shift.play(plan, vans, on_event=on_event)
        shift.wait_until_settled(count, len(played.truth), pause=sleep)
    return played


@contextmanager
def _vans(
    standing: House, configs: Sequence[Path], plan_file: Path, home: Path, options: Options
) -> Iterator[list[Child]]:
    vans: list[Child] = []
    try:
        for number, config in enumerate(configs):
            words = standing.command("panah.demo.van", str(config), str(plan_file), str(number), str(options.outage_s))
            name = f"Van {number + 1}"
            vans.append(Child(words, standing.environment, log=home / f"van-{number + 1}.log", name=name))
        yield vans
    finally:
        for van in vans:
            van.end()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<26}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def _stay(console: Console, address: str) -> None:
    console.print(f"The registry stays up at [bold]{address}/[/]; Ctrl-C ends it.")
    sys.stderr.flush()
    try:
        while True:
            sleep(3600)
    except KeyboardInterrupt:
        console.print("Ending …")
