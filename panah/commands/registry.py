"""`panah registry …`: the centre."""

import logging
import os
import secrets
import signal
import sys
import threading
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from panah.commands import names
from panah.plain import plain_errors

app = typer.Typer(no_args_is_help=True, help="The centre: serve, intake, migrate, users, audit.")
users = typer.Typer(no_args_is_help=True, help="People who may log in.")
audits = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(users, name="user")
app.add_typer(audits, name="audit")
app.add_typer(names.app, name="names")

_GENERATED_BYTES = 12


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the pages; 0 takes a free one.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    no_intake: Annotated[bool, typer.Option("--no-intake", help="Pages only; captures are taken by `intake`.")] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True, help="End when stdin is closed.")] = False,
) -> None:
    """Serve the pages and, unless told otherwise, take captures in, until Ctrl-C."""
    from registry.config import RegistrySettings
    from registry.serve import serve as run

    if with_parent:
        threading.Thread(target=_end_with_parent, name="with-parent", daemon=True).start()

    with _plain_errors():
        _log_to_stderr()
        run(RegistrySettings(), port=port, host=host, intake=not no_intake, say=_say)


@app.command()
def intake() -> None:
    """Take captures in, without pages, until Ctrl-C."""
    from registry.config import RegistrySettings
    from registry.serve import run_intake

    with _plain_errors():
        _log_to_stderr()
        run_intake(RegistrySettings(), say=_say)


@app.command()
def migrate() -> None:
    """Bring the database to this program's schema. Make a backup first."""
    from registry.bootstrap import make_home
    from registry.config import RegistrySettings
    from registry.db import Database
    from registry.migrations.run import migrate as run

    with _plain_errors():
        settings = RegistrySettings()
        make_home(settings.home)
        database = Database.open(settings.database, schema=settings.database_schema)
        try:
            _say(f"The database {database.name} is at schema {run(database)}.")
        finally:
            database.close()


@app.command()
def sweep(
    expected_false: Annotated[
        float, typer.Option(help="Pairs of different children that the sweep may bring before reviewers.")
    ] = 1.0,
) -> None:
    """Compare everybody enrolled with everybody, and ask reviewers about records that may be one child. A sweep that
    was ended goes on where it stood. Safe while `serve` runs."""
    from matching.sweeping import Step
    from registry.bootstrap import calibration_of
    from registry.config import RegistrySettings
    from registry.searches.sweeping import Sweeper
    from registry.serve import opened

    def progress(step: Step) -> None:
        typer.echo(f"step {step.number} of {step.of}, {len(step.pairs)} pairs", err=True)

    if not 0 < expected_false < float("inf"):
        raise typer.BadParameter("the number of false pairs must be above 0")
    with _plain_errors(), opened(settings := RegistrySettings()) as registry:
        sweeper = Sweeper(
            database=registry.database,
            calibration=calibration_of(settings),
            trail=registry.trail,
            clock=registry.clock,
        )
        swept = sweeper.sweep(expected_false=expected_false, by="command line", progress=progress)
        _say(
            f"Sweep {swept.sweep_id}: {swept.templates} templates ({swept.left_out} of another encoder left out), "
            f"{swept.pairs} pairs of different records under the threshold, {swept.questions} new questions."
        )


@app.command()
def reidentify() -> None:
    """Search once more, widely, for everybody called new in the last fortnight; reviewers are asked about children
    with two records. A running `serve` or `intake` does it each night by itself."""
    from registry.bootstrap import Matching, calibration_of
    from registry.config import RegistrySettings
    from registry.searches.second_looks import SecondLooks
    from registry.serve import opened

    with _plain_errors(), opened(settings := RegistrySettings()) as registry:
        matching = Matching.local(calibration_of(settings))
        looks = SecondLooks(
            engine=matching.engine,
            weigher=matching.weigher,
            database=registry.database,
            trail=registry.trail,
            clock=registry.clock,
        )
        looked = looks.run()
        _say(f"Looked again at {looked.slots} first meetings; {looked.questions} new questions for reviewers.")


@users.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="What the person types at log-in.")],
    role: Annotated[
        list[str], typer.Option(help="A role, such as screening, case_manager or administrator; may be repeated.")
    ],
    full_name: Annotated[str | None, typer.Option(help="As shown to others.")] = None,
    generate: Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")] = False,
) -> None:
    """Add a person. Without a terminal, or with --generate, a password is made and printed this once."""
    from registry.access.accounts import Accounts
    from registry.access.passwords import Passwords
    from registry.config import RegistrySettings
    from registry.serve import opened

    with _plain_errors(), opened(RegistrySettings()) as registry:
        accounts = Accounts(
            database=registry.database, trail=registry.trail, clock=registry.clock, passwords=Passwords()
        )
        made = generate or not sys.stdin.isatty()
        password = (
            secrets.token_urlsafe(_GENERATED_BYTES)
            if made
            else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        )
        accounts.add(name=name, password=password, roles=role, actor="command line", full_name=full_name)
        _say(f"Added {name}." + (f" Password (shown this once): {password}" if made else ""))


@audits.command("verify")
def verify() -> None:
    """Check that no entry was changed, removed or put in; ends with 0 or 1. Safe while `serve` runs."""
    from registry.config import RegistrySettings
    from registry.serve import opened

    with _plain_errors(), opened(RegistrySettings()) as registry:
        count = registry.trail.verify(registry.database)
        _say(f"The audit trail holds: {count} entries.")


def _end_with_parent() -> None:
    """Whoever started this process holds the other end of stdin; it closes however that process ends."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _say(line: str) -> None:
    print(line, flush=True)


def _log_to_stderr() -> None:
    from common.logs import configure_logging

    configure_logging()
    for chatty in ("alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _plain_errors() -> AbstractContextManager[None]:
    from common.assets import AssetsMissing
    from matching.errors import MatchingError
    from registry.errors import RegistryError

    return plain_errors(RegistryError, MatchingError, AssetsMissing)
