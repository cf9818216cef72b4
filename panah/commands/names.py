"""`panah registry names …`: how names are found."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from registry.names.evaluation import Half

app = typer.Typer(no_args_is_help=True, help="How names are found.")


@app.command()
def evaluate(as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False) -> None:
    """Recall and precision on the committed pairs: spellings of one name, and other names that look alike."""
    from registry.names.evaluation import LANGUAGES, evaluate, pairs

    told = {language: evaluate(language) for language in LANGUAGES}
    if as_json:
        print(json.dumps({language: _numbers(one.tuned, one.held_out, one.reached) for language, one in told.items()}))
        return
    print("Pairs are synthetic, written by hand; `held out` were not looked at while the rules were written.")
    print(
        f"{'':22}{'spellings':>10}{'others':>8}   one name: recall precision   worth a look: recall precision   reached"
    )
    for language, name in LANGUAGES.items():
        for which, half in (("tuned", told[language].tuned), ("held out", told[language].held_out)):
            print(
                f"{name:9}{which:13}{half.same.same:10}{half.same.different:8}"
                f"{half.same.recall:19.3f}{half.same.precision:10.3f}{half.near.recall:24.3f}{half.near.precision:10.3f}"
                f"{told[language].reached:10.3f}"
            )
    print(
        f"{sum(len(pairs(language)) for language in LANGUAGES)} pairs. `others` are near-misses only, so precision is"
    )
    print("that among names made to be confused; `reached`: spellings that a search finds by their marks.")


@app.command()
def index() -> None:
    """Make the look-up of names anew: after an upgrade that brings it, and after a change of its rules."""
    from panah.plain import plain_errors
    from registry.children.recording import mark_everything_again
    from registry.config import RegistrySettings
    from registry.errors import RegistryError
    from registry.serve import opened

    with plain_errors(RegistryError), opened(RegistrySettings()) as registry:
        with registry.database.locking_gallery() as work:
            count = mark_everything_again(work, registry.names)
            registry.trail.append(work, actor="command line", action="names.indexed", detail={"names": count})
            work.commit()
        print(f"{count} names can be found.")


def _numbers(tuned: "Half", held_out: "Half", reached: float) -> dict[str, object]:
    halves = {
        which: {
            "spellings": half.same.same, "others": half.same.different,
            "same": {"recall": half.same.recall, "precision": half.same.precision},
            "near": {"recall": half.near.recall, "precision": half.near.precision},
        }
        for which, half in (("tuned", tuned), ("held_out", held_out))
    }  # fmt: skip
    return halves | {"reached": reached}
