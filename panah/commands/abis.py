"""`panah abis`: MOSIP's ABIS over Panah's matcher, on a gallery of its own."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="MOSIP's ABIS operations, on a gallery of its own.")
app.callback()(lambda: None)


@app.command()
def serve(
    home: Annotated[
        Path | None, typer.Option(help="The folder of this gallery; else PANAH_ABIS_HOME, else ~/.panah-abis.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the HTTP address; 0 takes a free one.")] = 8010,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Answer insert, identify, delete, ping, pendingJobs and referenceCount until Ctrl-C."""
    import cv2

    from abis.config import AbisSettings
    from abis.errors import AbisError
    from abis.serve import serve as run
    from common.errors import BrokerUrlInvalid
    from common.logs import configure_logging
    from common.time import SystemClock
    from matching.errors import MatchingError
    from models import IrisPipeline, ModelsError
    from models.encoding import ENCODER
    from panah.plain import plain_errors

    configure_logging()
    # OpenCV warns at each JPEG 2000 picture that names no colour space, which grey ones seldom do
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    with plain_errors(AbisError, BrokerUrlInvalid, MatchingError, ModelsError, FileNotFoundError, prefix="PANAH_ABIS_"):
        settings = AbisSettings() if home is None else AbisSettings(home=home)
        run(
            settings,
            host=host,
            port=port,
            extractor=IrisPipeline.load(),
            encoder=ENCODER,
            clock=SystemClock(),
            say=typer.echo,
        )
