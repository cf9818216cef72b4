"""`panah bench`: figures of the whole way and of the registry's reads, on this machine, now."""

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Print the figures of a capture's way, and of every read of a full registry."""


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


@app.command()
def registry(
    children: Annotated[int, typer.Option(min=50, help="Children on record.")] = 100_000,
    encounters: Annotated[int, typer.Option(min=150, help="Encounters of all years.")] = 300_000,
    small: Annotated[int, typer.Option(min=50, help="Children of the load that statements are compared with.")] = 1_000,
    samples: Annotated[
        int, typer.Option(min=2, max=500, help="Requests put to each way of asking a route; thrice as many where slow.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Of the rows.")] = 1405,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, last on stdout.")] = False,
) -> None:
    """Every list, search and read of a full registry: milliseconds on the server, and number of SQL statements.

    PANAH_DATABASE_URL names the database; the rows lie in a schema of their own, which is gone afterwards.
    """
    from panah.bench.registry.population import Size
    from panah.bench.registry.run import run
    from panah.bench.registry.telling import tell
    from registry.config import RegistrySettings

    given = RegistrySettings().database_url
    with tempfile.TemporaryDirectory(prefix="panah-bench-") as home:
        figures = run(
            Path(home),
            Size(children=children, encounters=encounters, seed=seed),
            Size(children=small, encounters=3 * small, seed=seed),
            database_url=given.get_secret_value() if given else None,
            samples=samples,
            say=print,
        )
    tell(figures)
    if as_json:
        print(json.dumps(figures.as_json(), ensure_ascii=False))


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
