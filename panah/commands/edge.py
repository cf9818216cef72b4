"""`panah edge`: the van's tablet."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The van's tablet.")
app.callback()(lambda: None)


@app.command()
def serve(
    config: Annotated[Path, typer.Option(help="The settings that `panah device provision` wrote (tablet.toml).")],
) -> None:
    """Send what is saved, take what the registry answers, and show both on the kiosk page."""
    import random
    import time
    from uuid import uuid4

    from common.assets import AssetsMissing
    from common.logs import configure_logging
    from common.time import SystemClock
    from edge.bootstrap import Outside, Tablet, load_iris_extractor, open_positions, scanner_of
    from edge.config import read_config
    from edge.errors import EdgeError
    from edge.kiosk.app import make_app
    from edge.outbox.errors import OutboxError
    from edge.runtime import LOCALHOST, Runtime
    from models.errors import ModelsError

    configure_logging()
    clock = SystemClock()
    try:
        settings = read_config(config)
        extractor = load_iris_extractor(
            settings.weights, folder=settings.folder
        )  # now: a damaged model is to be said at start, not before a child
        outside = Outside(
            clock=clock,
            monotonic=time.monotonic,
            uniform=random.SystemRandom().uniform,
            new_id=uuid4,
            open_scanner=scanner_of(settings.scanner, folder=settings.folder),
            load_extractor=lambda: extractor,
            positions=open_positions(settings.gps),
        )
        tablet = Tablet(settings, outside)
        typer.echo(f"The kiosk page of {settings.device}: http://{LOCALHOST}:{settings.kiosk_port}/")
        Runtime(tablet=tablet, app=make_app(tablet, clock=clock)).serve()
    except (EdgeError, OutboxError, AssetsMissing, ModelsError) as exc:
        typer.echo(str(exc), err=True)
        raise typer.Exit(1) from exc
