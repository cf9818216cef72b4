"""`panah bench`: figures of the whole way, on this machine, now."""

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Print the figures of a capture's way."""


@app.command()
def way(
    enrolled: Annotated[int, typer.Option(min=0, help="Children the registry knows already.")] = 10_000,
    encounters: Annotated[int, typer.Option(min=5, help="Met one after the other, for the latency.")] = 60,
    rate: Annotated[float, typer.Option(min=1, max=500, help="Captures a second of the stream.")] = 50.0,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="Length of the stream.")] = 20.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, last on stdout.")] = False,
) -> None:
    """Each stage from the last accepted frame to the result on the tablet, then a steady stream of captures."""
    from matching.machine import instruction_set
    from panah.bench.way import Size, measure
    from registry.config import RegistrySettings

    given = RegistrySettings()
    size = Size(enrolled=enrolled, encounters=encounters, per_second=rate, seconds=seconds)
    with tempfile.TemporaryDirectory(prefix="panah-bench-") as home:
        figures = measure(
            Path(home),
            size,
            database_url=given.database_url.get_secret_value() if given.database_url else None,
            broker_url=given.broker_url,
            say=print,
        )
    _print(figures | {"instruction_set": instruction_set()})
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))


def _print(figures: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{figures['enrolled']} enrolled children, {figures['instruction_set']}")
    for name in ("stage", "p50 ms", "p95 ms", "n"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    stream = figures["stream"]
    rows = figures["way_ms"] | {
        f"journal → outcome at {stream['per_second']:g} a second": stream["journal_to_outcome_ms"]
    }
    for name, value in rows.items():
        table.add_row(name, f"{value['p50']:.1f}", f"{value['p95']:.1f}", str(value["n"]))
    console = Console()
    console.print(table)
    console.print(f"Waiting in the stream, second by second: {stream['backlog']}")
    console.print(f"Outcomes of the stream, half of it children met before: {stream['outcomes']}")
