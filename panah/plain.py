"""Errors as a person at the command line wants them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def plain_errors(*foreseen: type[Exception], prefix: str = "PANAH_") -> Iterator[None]:
    """What went wrong in one sentence, and exit status 1. A wrong setting is named with its `prefix`, its value is not
    shown; anything unforeseen keeps its trace."""
    from pydantic import ValidationError

    try:
        yield
    except foreseen as exc:
        print(exc, file=sys.stderr)
        raise typer.Exit(1) from exc
    except ValidationError as exc:
        if not exc.title.endswith("Settings"):
            raise
        problems = "; ".join(
            f"{prefix}{str(e['loc'][0] if e['loc'] else '…').upper()}: {_said(e['msg'])}"
            for e in exc.errors(include_input=False)
        )
        print(f"A setting is wrong: {problems}", file=sys.stderr)
        raise typer.Exit(1) from exc


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")
