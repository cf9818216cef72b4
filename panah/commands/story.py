"""`panah story`: cases played from first sight to last follow-up, through HTTP as people who log in."""

import json
import secrets
import signal
import sys
from typing import Annotated

import typer

from panah.plain import plain_errors

app = typer.Typer(invoke_without_command=True)


@app.callback()
def story(
    seed: Annotated[
        int | None, typer.Option(min=0, help="Tell the same story again; drawn at random unless given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what happened as JSON, last on stdout.")] = False,
) -> None:
    """Play the law of the case with invented children, and write down what worked and what the law refused."""
    from devices.errors import DeviceError
    from panah.demo.errors import DemoError
    from panah.story.run import run
    from panah.story.words import in_words
    from registry.errors import RegistryError

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    chosen = secrets.randbelow(10**9) if seed is None else seed
    print(f"Seed {chosen}; the same story again: panah story --seed {chosen}", file=sys.stderr)
    with plain_errors(DemoError, DeviceError, RegistryError):
        try:
            told = run(chosen)
        except KeyboardInterrupt:
            print("Ended.", file=sys.stderr)
            raise typer.Exit(130) from None
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(in_words(told))
