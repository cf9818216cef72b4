"""`panah iris`: make a template, evaluate recognition."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

app = typer.Typer(no_args_is_help=True, help="Evaluate recognition, make a template.")

Hypothesis = Annotated[Literal["both", "network", "classical"], typer.Option(help="Which boundary fits make codes.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; all cores if not given.")]
Weights = Annotated[
    Path | None, typer.Option(exists=True, file_okay=False, help="A folder of other pinned weights to use.")
]
Side = Literal["left", "right"]


@app.command()
def evaluate(
    manifest: Annotated[Path, typer.Argument(help="CSV: path,subject,eye[,mask,time,device,age,session].")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for scores.npz, report.json and report.html.")],
    hypothesis: Hypothesis = "both",
    weights: Weights = None,
    workers: Workers = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with the figures as one JSON line.")] = False,
) -> None:
    """Compare every picture with every picture; error rates, refusals and times. A stopped run goes on where it was."""
    from models.evaluation import run

    rows = _rows(manifest)
    with _progress() as progress:
        found = run.evaluate(
            rows,
            out,
            manifest=manifest.name,
            setting=_setting(hypothesis, weights),
            workers=workers,
            clock=time.monotonic,
            step=_steps(progress),
        )
    for line in _summary(found):
        typer.echo(line)
    typer.echo(f"Report: {out / 'report.html'}")
    if as_json:
        typer.echo(json.dumps({k: v for k, v in found.items() if k != "images"}))


@app.command("hard-copies")
def hard_copies(
    manifest: Annotated[Path, typer.Argument(help="CSV: path,subject,eye.")],
    out: Annotated[Path | None, typer.Option(help="File for the figures as JSON.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="A change by name; all if not given.")] = None,
    hypothesis: Hypothesis = "both",
    weights: Weights = None,
    workers: Workers = None,
) -> None:
    """Compare every picture with spoilt copies of its eye's other pictures; each figure beside the unspoilt one."""
    from models.evaluation import degrade, extraction, hard_copies, sensors

    names = only or list(degrade.CHANGES)
    if unknown := [name for name in names if name not in degrade.CHANGES]:
        raise _stop(f"There is no change {', '.join(unknown)}; there are {', '.join(degrade.CHANGES)}.")
    rows, setting, found = _rows(manifest), _setting(hypothesis, weights), []
    with _progress() as progress:
        step = _steps(progress)
        setting = sensors.with_shapes(rows, setting, workers=workers, step=step)
        done = step("Pictures", len(rows))
        records = extraction.extract_all(rows, setting=setting, workers=workers, done=lambda _: done(1))
        typer.echo(hard_copies.HEAD)
        for figures in hard_copies.hard_copies(rows, records, names, setting=setting, workers=workers, step=step):
            found.append(figures)
            typer.echo(hard_copies.line(figures))
    if out is not None:
        out.write_text(json.dumps([dataclasses.asdict(f) for f in found], indent=1) + "\n", encoding="utf-8")


@app.command("two-eyes")
def two_eyes(
    manifest: Annotated[Path, typer.Argument(help="CSV: path,subject,eye; three or more pictures of each eye.")],
    gallery: Annotated[int, typer.Option(min=1, help="People in the gallery that the threshold is predicted for.")] = (
        10_000
    ),
    fpir: Annotated[float, typer.Option(help="False positive identifications a search.")] = 1e-3,
    weights: Weights = None,
    workers: Workers = None,
) -> None:
    """Enrol both eyes with two frames each, search with the others: who is missed in a large gallery?"""
    from models.evaluation import extraction, sensors, two_eyes

    rows, setting = _rows(manifest), _setting("both", weights)
    with _progress() as progress:
        setting = sensors.with_shapes(rows, setting, workers=workers, step=_steps(progress))
        done = _steps(progress)("Pictures", len(rows))
        records = extraction.extract_all(rows, setting=setting, workers=workers, done=lambda _: done(1))
    found = two_eyes.figures(rows, records, fpir=fpir, gallery=gallery)
    if not found:
        raise _stop("Nobody has three or more pictures of both eyes.")
    for figures in found:
        typer.echo(two_eyes.sentence(figures))


@app.command()
def folds(
    manifests: Annotated[list[Path], typer.Argument(help="CSV files: path,subject,eye.")],
    weights: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="Folders of weights, one a fold; the shipped ones if none."),
    ] = None,
    workers: Workers = None,
) -> None:
    """Figures of each person by weights that never saw them: a sensor unseen, or folds by person."""
    from models.evaluation import folds

    settings = [_setting("both", folder) for folder in weights] if weights else [_setting("both", None)]
    for manifest in manifests:
        with _progress() as progress:
            found = folds.folds(_rows(manifest), settings, workers=workers, step=_steps(progress))
        typer.echo(folds.sentence(manifest.name, found))


@app.command()
def cards(
    data: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Folder with mmu1.csv and mmu2.csv.")],
    date: Annotated[str, typer.Option(help="The date to write on the cards, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for MODEL_CARD.md and PERFORMANCE.md.")] = Path(),
    figures: Annotated[
        Path | None, typer.Option(help="Keep the figures in this JSON file; one of these weights is used as it is.")
    ] = None,
    copies: Annotated[bool, typer.Option(help="Measure spoilt copies, too: most of the time.")] = True,
    workers: Workers = None,
) -> None:
    """Measure what the cards say, and write both."""
    from devices.errors import ManifestInvalid
    from models.evaluation.cards import measuring, rendering
    from models.evaluation.extraction import MODELS, SHIPPED

    known = json.loads(figures.read_text(encoding="utf-8")) if figures and figures.exists() else None
    if known is None or any(known["pins"].get(name) != SHIPPED.pins()[name] for name in MODELS):
        cores = len(os.sched_getaffinity(0))
        order = measuring.Order(data=data, date=date, cores=cores, workers=workers, copies=copies)
        try:
            with _progress() as progress:
                known = measuring.measure(order, clock=time.monotonic, step=_steps(progress))
        except ManifestInvalid as error:
            raise _stop(f"{error}\n{error.persian}") from error
        if figures is not None:
            figures.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    for name, text in rendering.render(known).items():
        (out / name).write_text(text, encoding="utf-8")
        typer.echo(out / name)


@app.command()
def template(
    image: Annotated[Path, typer.Argument(help="A near-infrared picture of one eye: BMP, JPEG or PNG.")],
    out: Annotated[Path, typer.Option(help="File for the template.")],
    eye: Annotated[Side, typer.Option(help="The child's own left or right.")] = "left",
    permissive: Annotated[bool, typer.Option(help="Make a code even of a poor picture.")] = False,
    weights: Weights = None,
) -> None:
    """Make the template of one eye."""
    from models import CaptureRejected, IrisPipeline, load_image

    setting = _setting("both", weights)
    try:
        found = IrisPipeline.load(folder=setting.folder).extract_detailed(load_image(image), eye, strict=not permissive)
    except FileNotFoundError as error:
        raise _stop(f"{image} is not there.") from error
    except CaptureRejected as refused:
        raise _stop(f"{refused.reason}: {refused.sentence('en')}\n{refused.sentence('fa')}") from refused
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(found.template.to_bytes())
    except OSError as error:
        raise _stop(f"{out} cannot be written ({error.strerror}).\nدر {out} نمی‌شود نوشت ({error.strerror}).") from error
    origins = " and ".join(h.origin for h in found.hypotheses)
    bits = found.hypotheses[0].code.valid_bits
    typer.echo(
        f"{eye} eye, {bits} of 2048 bits usable, quality {found.quality.overall:.2f}, "
        f"confidence {found.confidence:.2f}, boundaries by {origins}, {sum(found.milliseconds.values()):.0f} ms"
    )


def _setting(choice: Any, folder: Path | None) -> Any:
    from models.errors import NoWeights, WeightsDamaged
    from models.evaluation.extraction import Setting

    setting = Setting(choice) if folder is None else Setting(choice, folder)
    try:
        setting.check()
    except (NoWeights, WeightsDamaged) as error:
        raise _stop(f"{error}\n{error.persian}") from error
    return setting


def _rows(manifest: Path) -> Any:
    """Its rows; a sentence on stderr where it is wrong."""
    from devices.errors import ManifestInvalid
    from devices.manifest import read_manifest

    try:
        return read_manifest(manifest)
    except ManifestInvalid as error:
        raise _stop(f"{error}\n{error.persian}") from error


def _progress() -> Any:
    """A bar on stderr, so that stdout stays for figures."""
    from rich.console import Console
    from rich.progress import Progress

    return Progress(console=Console(file=sys.stderr), transient=True)


def _steps(progress: Any) -> Callable[[str, int], Callable[[int], None]]:
    """For each step a bar of its own: name and total in, a function to advance it out."""

    def step(name: str, total: int) -> Callable[[int], None]:
        task = progress.add_task(name, total=total)
        return lambda count: progress.advance(task, count)

    return step


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)


def _summary(found: dict[str, Any]) -> list[str]:
    """The figures a person wants to see at once."""
    titles = {"unseen": "never trained on", "trained_on": "trained on", "all": "all together"}
    lines = [f"{found['pictures']} pictures, {found['eyes']} eyes, {found['people']} people"]
    named = [(titles[name], figures) for name, figures in found["figures"].items()]
    for name, figures in [*named, ("strangers of any side", found["any_side"])]:
        fnmr = ", ".join(_told(fmr, rate) for fmr, rate in figures["fnmr_at"].items())
        eer = "–" if figures["eer"] is None else f"{figures['eer']:.2%}"
        lines.append(f"{name}: EER {eer}; FNMR {fnmr or '–'}")
    if found["suspected_labels"]:
        lines.append(f"labels to look at: {len(found['suspected_labels'])}")
    if found["no_code"]:
        lines.append("no code: " + ", ".join(f"{reason} {count}" for reason, count in found["no_code"].items()))
    if found["milliseconds"]:
        lines.append(f"{found['milliseconds']['median']} ms a picture in one process (median)")
    return lines


def _told(fmr: str, rate: dict[str, Any]) -> str:
    if rate["value"] is None:
        return f"not resolved at {fmr}"
    return f"{rate['value']:.2%} at {fmr}" + ("" if rate["resolved"] else " (not resolved)")
