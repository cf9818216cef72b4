"""The figures of the registry's reads as a table."""

from rich.console import Console
from rich.table import Table

from panah.bench.registry.reads import GOAL_MS
from panah.bench.registry.run import Compared, Figures

_WIDTH = 140
_COLUMNS = ("asked", "n", "first ms", "p50 ms", "p95 ms", "process ms", "database ms", "kB", "statements", "small", "")


def tell(figures: Figures) -> None:
    """What misses the goal is marked; below the table it is named once more."""
    title = f"{figures.size.children} children, {figures.size.encounters} encounters, {figures.database}"
    table = Table(title=title)
    for name in _COLUMNS:
        table.add_column(name, justify="left" if name in ("asked", "") else "right", overflow="fold")
    for one in figures.routes:
        table.add_row(*_row(one))
    console = Console(width=_WIDTH)
    console.print(table)
    slow = sum(not one.is_fast for one in figures.routes)
    growing = sum(not one.is_constant for one in figures.routes)
    console.print(
        f"{len(figures.routes)} ways to ask, {slow} over {GOAL_MS:g} ms at p95, {growing} with more statements"
    )
    for name in figures.unasked:
        console.print(f"Not measured, for it has no rows or no good answer here: {name}")


def _row(one: Compared) -> tuple[str, ...]:
    found = one.large
    marks = [word for word, is_so in (("slow", not one.is_fast), ("grows", not one.is_constant)) if is_so]
    return (
        found.name, str(found.n), f"{found.first_ms:.1f}", f"{found.p50_ms:.1f}", f"{found.p95_ms:.1f}",
        f"{found.cpu_ms:.1f}", f"{found.sql_ms:.1f}",
        f"{found.kilobytes:.1f}", str(found.statements), str(one.small.statements), " ".join(marks),
    )  # fmt: skip
