"""`panah device …`: the tablets, and what is plugged into them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panah.plain import plain_errors

if TYPE_CHECKING:
    from devices.check import PortReport

app = typer.Typer(no_args_is_help=True, help="Provision, list, revoke and check devices.")

_BY = "command line"


@app.command()
def provision(
    name: Annotated[str, typer.Option(help="The tablet's name: small letters, digits, hyphens.")],
    team: Annotated[str, typer.Option(help="The team that works with it.")],
    out: Annotated[Path, typer.Option(help="The folder to write; it goes to the tablet and to nobody else.")],
    scanner: Annotated[str, typer.Option(help="serial:/dev/… or replay:MANIFEST.csv")] = "serial:/dev/iris-scanner",
    gps: Annotated[str | None, typer.Option(help="The satellite receiver's serial port.")] = None,
    label: Annotated[str | None, typer.Option(help="What the tablet's screen calls it; the name unless given.")] = None,
    broker: Annotated[str | None, typer.Option(help="The broker as the tablet reaches it; ours unless given.")] = None,
) -> None:
    """Make a tablet's keys and settings, and let it speak to the registry."""
    from edge.config import write_config
    from edge.messages.keys import DeviceKeys
    from registry.config import RegistrySettings
    from registry.devices.service import register
    from registry.serve import broker_url, opened

    with _plain_errors(), opened(RegistrySettings()) as registry:
        keys = DeviceKeys.generate()
        with registry.database.writing() as work:
            register(
                work, name=name, team=team, public=keys.public, actor=_BY, trail=registry.trail, clock=registry.clock
            )
            # Written before the commit: a device that is registered has a folder, whatever happens in between.
            settings = write_config(
                out,
                device=name,
                label=label or name,
                team=team,
                broker=broker or broker_url(registry.settings),
                device_keys=keys,
                registry_public=registry.keyring.public,
                scanner=scanner,
                gps=gps,
            )
            work.commit()
        print(f"Provisioned {name} (key {keys.key_id}). On the tablet: panah edge serve --config {settings}")


@app.command("list")
def list_all() -> None:
    """Every device, its team, when it was heard of last, and whether it was revoked."""
    from common.time import in_tehran
    from registry.config import RegistrySettings
    from registry.devices.service import list_devices
    from registry.serve import opened

    with _plain_errors(), opened(RegistrySettings()) as registry:
        with registry.database.reading() as work:
            devices = list_devices(work)
        for device in devices:
            seen = f"{in_tehran(device.last_seen_at):%Y-%m-%d %H:%M}" if device.last_seen_at else "never"
            state = f"revoked {in_tehran(device.revoked_at):%Y-%m-%d}" if device.revoked_at else "active"
            print(f"{device.name}\t{device.team}\tkey {', '.join(device.key_ids)}\theard of: {seen}\t{state}")
        if not devices:
            print("No device yet. Add one with: panah device provision")


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The device's name.")]) -> None:
    """Take nothing more from a device, from now on. It cannot be undone; give the tablet a new name."""
    from registry.config import RegistrySettings
    from registry.devices.service import revoke as run
    from registry.serve import opened

    with _plain_errors(), opened(RegistrySettings()) as registry:
        with registry.database.writing() as work:
            run(work, name=name, actor=_BY, trail=registry.trail, clock=registry.clock)
            work.commit()
        print(f"Revoked {name}.")


@app.command()
def check(
    port: Annotated[str, typer.Argument(help="A serial port, such as /dev/ttyUSB0.")],
    seconds: Annotated[float, typer.Option(min=0.5, help="How long to read frames; the lamp is lit meanwhile.")] = 3.0,
    target: Annotated[
        bool, typer.Option("--target", help="The printed target is held before it: does it see the right way round?")
    ] = False,
) -> None:
    """Say what answers at a port and whether it works; ends with 0 if it does."""
    from devices.check import check_port

    report = check_port(port, seconds=seconds, look_for_target=target)
    if report.kind == "scanner":
        sizes = ", ".join(f"{width}×{height}" for width, height in report.sizes)
        print(f"{port}: iris scanner {report.serial}, firmware {report.firmware}")
        print(f"  {report.frames} frames ({report.frames_per_second:.1f} a second, {sizes or 'no size'})")
        print(f"  {report.damaged_frames} damaged frames, {report.missed_messages} missed messages")
        for line in _of_target(report):
            print(f"  {line}")
    elif report.kind == "receiver":
        print(f"{port}: satellite receiver, {'knows where it is' if report.has_position else 'no position yet'}")
    if not report.works:
        print(f"{port}: {report.problem}", file=sys.stderr)
        raise typer.Exit(1)


def _of_target(report: "PortReport") -> list[str]:
    """How the scanner shows the printed target, beside what its profile says."""
    seen, profile = report.seen, report.profile
    if seen is None or profile is None:
        return []
    turned = f"turned by {seen.rotation}°" if seen.rotation else "upright"
    return [
        f"sees {turned}, {'mirrored' if seen.mirrored else 'not mirrored'}",
        f"{seen.pixels_per_mm:.1f} pixels a millimetre here, {profile.pixels_per_mm:.1f} by its profile",
        f"a square is {seen.pixel_shape:.2f} as wide as high if held flat, {profile.pixel_shape:.2f} by its profile",
    ]


@app.command("target")
def print_target(
    out: Annotated[Path, typer.Option(help="The SVG page to write; print it by laser at 100 %.")] = Path("target.svg"),
) -> None:
    """Write the page that is held before a new scanner: `panah device check PORT --target` tells which way it sees."""
    from devices import target

    out.write_text(target.svg(), encoding="utf-8")
    print(out)


@contextmanager
def _plain_errors() -> Iterator[None]:
    from edge.errors import EdgeError
    from registry.errors import RegistryError

    with plain_errors(RegistryError, EdgeError):
        try:
            yield
        except FileExistsError as exc:
            print(
                f"{exc.filename} exists already: a tablet's key is never overwritten. Choose another folder.",
                file=sys.stderr,
            )
            raise typer.Exit(1) from exc
