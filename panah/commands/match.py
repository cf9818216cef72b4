"""`panah match`: calibrate, outcomes, bench, explain."""

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The matcher: calibration, speed, and decisions in words.", no_args_is_help=True)


@app.command()
def calibrate(
    out: Annotated[Path, typer.Option(help="The calibration file to write.")],
    manifest: Annotated[Path | None, typer.Argument(help="Images with path, subject, eye (CSV).")] = None,
    simulated: Annotated[int, typer.Option(help="Calibrate on so many simulated people instead of images.")] = 0,
    date: Annotated[str, typer.Option(help="The date to write into the file, YYYY-MM-DD.")] = "",
    version: Annotated[str, typer.Option(help="The calibration's name.")] = "",
    source: Annotated[str, typer.Option(help="The captures behind it, in words.")] = "",
    seed: Annotated[int, typer.Option(help="For simulation and resampling.")] = 0,
    sensor: Annotated[
        list[str] | None,
        typer.Option(help='SIZE=NAME: which scanner took pictures of a size ("320 x 240"), without a column `device`.'),
    ] = None,
    stands_for: Annotated[
        list[str] | None, typer.Option(help="A sensor that was not measured and may be held to all of these together.")
    ] = None,
) -> None:
    """Measure what scores mean, on images with known people, and write it to a file."""
    from devices.errors import DeviceError
    from matching.calibration.fit import calibrate as fit
    from matching.errors import CalibrationInvalid
    from panah import calibration_inputs

    if (manifest is None) == (simulated == 0):
        raise typer.BadParameter("give either a manifest of images or --simulated PEOPLE")
    if malformed := [one for one in sensor or () if not all(one.partition("=")[::2])]:
        raise typer.BadParameter(f"--sensor is SIZE=NAME, not {malformed[0]}")
    made_on = datetime.date.fromisoformat(date) if date else datetime.datetime.now(tz=datetime.UTC).date()
    try:
        if manifest is not None:
            named = dict(one.split("=", 1) for one in sensor or ())
            captures, counted = calibration_inputs.from_images(manifest, named)
        else:
            captures, counted = calibration_inputs.simulated(simulated, seed)
        name = version or f"{'images' if manifest else 'simulated'}-{made_on.isoformat()}"
        made, closest = fit(
            captures,
            several=calibration_inputs.as_a_tablet_sends(captures),
            version=name,
            made_on=made_on,
            source=f"{source} {counted}".strip(),
            seed=seed,
            stands_for=stands_for or (),
        )
    except (CalibrationInvalid, DeviceError) as error:
        typer.echo(f"No calibration: {error}", err=True)
        raise typer.Exit(1) from error
    out.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    typer.echo(calibration_inputs.summary(made, closest))


@app.command()
def outcomes(
    identities: Annotated[int, typer.Option(min=1, help="Enrolled children.")] = 10_000,
    manifest: Annotated[Path | None, typer.Argument(help="Real images to put among simulated children (CSV).")] = None,
    searches: Annotated[int, typer.Option(min=2, help="Simulated searches, half of them of strangers.")] = 1000,
    frames: Annotated[int, typer.Option(min=1, max=2, help="Frames of each eye.")] = 2,
    calibration: Annotated[Path | None, typer.Option(help="Another calibration file than the default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object on the last line.")] = False,
    seed: int = 1,
) -> None:
    """What searches end in, for a stated population: known, review, new, cannot tell, and the rates behind them."""
    from devices.errors import DeviceError
    from matching import Policy, default_calibration, load_calibration
    from matching.errors import MatchingError
    from panah import calibration_inputs, outcomes

    try:
        scale = load_calibration(calibration) if calibration else default_calibration()
        if manifest is None:
            population = outcomes.simulated(identities, searches=searches, frames=frames, seed=seed)
        else:
            shots, _ = calibration_inputs.from_images(manifest)
            captures = shots if frames == 1 else calibration_inputs.as_a_tablet_sends(shots)
            population = outcomes.real_among_simulated(captures, identities, frames=frames, seed=seed)
        figures = outcomes.measure(population, calibration=scale, policy=Policy())
    except (DeviceError, MatchingError, OSError) as error:
        typer.echo(f"No figures: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(outcomes.report(figures))
    if as_json:
        typer.echo(json.dumps(figures))


@app.command()
def bench(
    identities: Annotated[int, typer.Option(min=100, help="Two-eyed people in the gallery.")] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object on the last line.")] = False,
    probes: Annotated[int, typer.Option(min=5, help="Searches a figure is the median of.")] = 30,
    pairs: Annotated[int, typer.Option(min=100, help="Own pairs on which screening's loss is counted.")] = 100_000,
    seed: int = 1,
) -> None:
    """Time of a search, and what screening loses, beside reading the memory, plain numpy and faiss, in one run."""
    from matching.bench import report, run_bench

    figures = run_bench(identities, probes=probes, seed=seed, proven=pairs)
    typer.echo(report(figures))
    if as_json:
        typer.echo(json.dumps(figures))


@app.command()
def sweep(
    identities: Annotated[int, typer.Option(min=2, help="Two-eyed people in the simulated gallery.")] = 10_000,
    twice: Annotated[int, typer.Option(min=0, help="Of each 2,000 people, so many are enrolled twice.")] = 5,
    expected_false: Annotated[float, typer.Option(help="False pairs that the sweep may bring.")] = 1.0,
    state: Annotated[Path | None, typer.Option(help="Where it stands: a killed sweep goes on from there.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object on the last line.")] = False,
    seed: int = 1,
) -> None:
    """Compare everybody with everybody in a simulated gallery: time, and who enrolled twice is found. For a registry's
    own gallery: panah registry sweep."""
    from matching.errors import MatchingError
    from matching.sweeping.simulated import SimulatedSource
    from panah import sweep_figures

    source = SimulatedSource(identities=identities, twice=twice, seed=seed)
    try:
        figures = sweep_figures.sweep_simulated(
            source,
            expected_false=expected_false,
            state=state,
            progress=lambda step: typer.echo(f"step {step.number} of {step.of}, {len(step.pairs)} pairs", err=True),
        )
    except (MatchingError, ValueError, OSError) as error:
        typer.echo(f"No sweep: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(sweep_figures.report(figures))
    if as_json:
        typer.echo(json.dumps(figures))


@app.command()
def explain(evidence: Annotated[Path, typer.Argument(help="Stored evidence of one decision (JSON).")]) -> None:
    """Print one decision in words, decided again from its stored evidence."""
    from matching import redecide
    from matching.errors import EvidenceInvalid
    from matching.words import in_words

    try:
        stored = json.loads(evidence.read_text(encoding="utf-8"))
        decision = redecide(stored)
    except (OSError, ValueError, EvidenceInvalid) as error:
        typer.echo(f"{evidence} cannot be explained: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(in_words(decision))
    if (stored["outcome"], stored["reasons"]) != (decision.outcome, list(decision.reasons)):
        typer.echo(f"Stored was '{stored['outcome']}': the rules have changed since, or the evidence was.")
        raise typer.Exit(2)
