"""The command line: `panah <subject> <verb>`. Wiring only; a subject's libraries load when it is asked for."""

import importlib
import sys

import typer

SUBJECTS = {
    "demo": "Play a shift of synthetic (or real) children through the whole house.",
    "story": "Play cases from first sight to last follow-up, through HTTP as people who log in.",
    "registry": "The centre: serve, intake, migrate, users, audit.",
    "edge": "The van's tablet.",
    "device": "Provision, list, revoke and check devices.",
    "iris": "Evaluate recognition, make a template.",
    "match": "Calibrate, bench and explain matching.",
    "abis": "MOSIP's ABIS operations over the matcher, on a gallery of its own.",
    "bench": "Print the figures of a capture's way.",
}


def build(wanted: str | None) -> typer.Typer:
    """The command tree with only the `wanted` subject loaded, so that a tablet needs no library of the centre."""
    app = typer.Typer(
        no_args_is_help=True, help="Panah: a registry for street and working children.", add_completion=False
    )
    app.callback()(lambda: None)
    for name, about in SUBJECTS.items():
        if name == wanted:
            app.add_typer(importlib.import_module(f"panah.commands.{name}").app, name=name, help=about)
        else:
            app.command(name, help=about)(lambda: None)
    return app


def main() -> None:
    """The entry point. A missing library is named with the extra that brings it; a closed pipe ends quietly."""
    wanted = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    try:
        build(wanted)()
    except ModuleNotFoundError as missing:
        sys.exit(
            f"'panah {wanted}' needs the package '{missing.name}', which is not installed here; "
            "install Panah with the extra that this machine is for (edge or registry)."
        )
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
