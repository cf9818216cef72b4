"""`panah demo`: the main job, end to end, on this machine."""

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from panah.plain import plain_errors

app = typer.Typer(invoke_without_command=True)


@app.callback()
def demo(
    images: Annotated[
        Path | None, typer.Option(help="Play the real eyes of this manifest instead of synthetic ones.")
    ] = None,
    vans: Annotated[int, typer.Option(min=1, max=6, help="Vans on the road.")] = 2,
    children: Annotated[int, typer.Option(min=2, max=5000, help="Synthetic children.")] = 24,
    encounters: Annotated[int | None, typer.Option(min=2, help="Encounters to play; 60 synthetic, all real.")] = None,
    outage: Annotated[float, typer.Option(min=0, help="Seconds without network in the middle of the shift.")] = 0.0,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the pages; a free one unless given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another shift.")] = 1,
    leave: Annotated[bool, typer.Option("--exit", help="End with a summary instead of staying up.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, last on stdout.")] = False,
) -> None:
    """Start broker, registry and vans, play a shift, and show what came of it."""
    from devices.errors import DeviceError
    from panah.demo.errors import DemoError
    from panah.demo.run import Options, run
    from registry.errors import RegistryError

    options = Options(
        images=images,
        vans=vans,
        children=children,
        encounters=encounters,
        outage_s=outage,
        port=port,
        seed=seed,
        leave=leave,
    )
    # Both end the demo in order, also where a shell started it in the background and had SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with plain_errors(DemoError, DeviceError, RegistryError):
        try:
            summary = run(options)
        except KeyboardInterrupt:
            print("Ended.", file=sys.stderr)
            raise typer.Exit(130) from None
    if as_json:
        print(json.dumps(summary, ensure_ascii=False))
