"""`panah match`: calibrate, outcomes, bench, curve, facts, proof, sweep, explain."""

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
    weights: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="The folder of models that the tablets use.")
    ] = None,
) -> None:
    """Measure what scores mean, on images with known people, and write it to a file."""
    from devices.errors import DeviceError
    from matching.calibration.fit import calibrate as fit
    from matching.errors import CalibrationInvalid
    from models.errors import ModelsError
    from panah import calibration_inputs

    if (manifest is None) == (simulated == 0):
        raise typer.BadParameter("give either a manifest of images or --simulated PEOPLE")
    if malformed := [one for one in sensor or () if not all(one.partition("=")[::2])]:
        raise typer.BadParameter(f"--sensor is SIZE=NAME, not {malformed[0]}")
    made_on = datetime.date.fromisoformat(date) if date else datetime.datetime.now(tz=datetime.UTC).date()
    try:
        if manifest is not None:
            named = dict(one.split("=", 1) for one in sensor or ())
            captures, counted = calibration_inputs.from_images(manifest, named, weights)
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
    except (CalibrationInvalid, DeviceError, ModelsError) as error:
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
    wrong_known: Annotated[float, typer.Option(min=2, help="One wrong known in so many searches, at most.")] = 10_000,
    miss: Annotated[float, typer.Option(min=2, help="One miss in so many before saying new, at most.")] = 200,
    review: Annotated[float, typer.Option(min=2, help="One review in so many searches of strangers.")] = 50,
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
        policy = Policy(wrong_known=1 / wrong_known, miss_rate=1 / miss, review_rate=1 / review)
        figures = outcomes.measure(population, calibration=scale, policy=policy)
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
    peers: Annotated[bool, typer.Option(help="Beside faiss, usearch and numpy.")] = True,
    compiling: Annotated[bool, typer.Option(help="Also tell how long compiling the kernels takes.")] = True,
    seed: int = 1,
) -> None:
    """Time of a search, and what screening loses, beside reading the memory, numpy, faiss and usearch, in one run.

    Ends with 1 where memory is short or the drawn population is not like real codes.
    """
    from matching.bench import Size, report, run_bench
    from matching.errors import MatchingError

    size = Size(identities=identities, probes=probes, proven=pairs, peers=peers, compiling=compiling)
    try:
        figures = run_bench(size, seed=seed, say=typer.echo)
    except MatchingError as error:
        typer.echo(f"No figures: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(report(figures))
    if as_json:
        typer.echo(json.dumps(figures))


@app.command()
def curve(
    out: Annotated[Path, typer.Option(help="The picture to write (SVG).")],
    largest: Annotated[int, typer.Option(min=1000, help="Measured at each power of ten up to here.")] = 1_000_000,
    probes: Annotated[int, typer.Option(min=5, help="Searches a figure is the median of.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object on the last line.")] = False,
    seed: int = 1,
) -> None:
    """Draw the time of a search against the gallery's size, beside reading one eye's bytes once."""
    from dataclasses import asdict

    from matching.bench import curve
    from matching.errors import MatchingError

    try:
        measured = curve.measure(curve.decades(largest), probes=probes, seed=seed, say=typer.echo)
        out.write_text(curve.drawn(measured), encoding="utf-8")
    except (MatchingError, OSError) as error:
        typer.echo(f"No curve: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{out}")
    if as_json:
        typer.echo(json.dumps(asdict(measured)))


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
def facts(
    manifest: Annotated[Path, typer.Argument(help="Real images with path, subject, eye (CSV).")],
    out: Annotated[Path, typer.Option(help="The file of numbers to write.")],
    source: Annotated[str, typer.Option(help="The captures behind it, in words.")] = "",
) -> None:
    """Measure what real codes are like, as the bench's population must be: means only, no eye can be told from them."""
    from devices.errors import DeviceError
    from matching.errors import MatchingError
    from matching.population.facts import measure, write
    from panah import calibration_inputs

    try:
        captures, counted = calibration_inputs.from_images(manifest)
        write(measure(captures, source=f"{source} {counted}".strip()), out)
    except (DeviceError, MatchingError, OSError) as error:
        typer.echo(f"No facts: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{counted}: {out}")


@app.command()
def proof(
    manifest: Annotated[Path, typer.Argument(help="Real images with path, subject, eye (CSV).")],
    pairs: Annotated[
        int, typer.Option(min=100, help="Own pairs, half of them within 0.04 of the threshold.")
    ] = 100_000,
    identities: Annotated[list[int], typer.Option(min=1, help="Gallery sizes; may be repeated.")] = [1_000_000],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="The counts as one JSON object on the last line.")] = False,
    seed: int = 1,
) -> None:
    """Count what screening loses on own pairs of real codes with resampled noise, at each gallery's own threshold.

    Before it, the compiled kernel is held against the plain one on those codes.
    """
    from devices.errors import DeviceError
    from matching.errors import MatchingError
    from matching.kernel_proof import demand_equal
    from panah import calibration_inputs, proof

    try:
        captures, counted = calibration_inputs.from_images(manifest)
        typer.echo(counted)
        typer.echo(f"compiled and plain kernel agree on {demand_equal([c.template for c in captures])} pairs of codes")
        losses = []
        for size in identities:
            losses.append(proof.prove(captures, size, pairs=pairs, seed=seed))
            typer.echo(proof.report(losses[-1]))
    except (DeviceError, MatchingError) as error:
        typer.echo(f"No proof: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps([proof.figures(loss) for loss in losses]))


@app.command()
def explain(
    evidence: Annotated[Path, typer.Argument(help="Stored evidence of one decision (JSON).")],
    language: Annotated[str, typer.Option(help="fa, en, or both.")] = "both",
    probe: Annotated[
        Path | None, typer.Option(help="The probe's template: its own strangers' scores are drawn.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the picture here instead of into the terminal.")] = None,
    calibration: Annotated[Path | None, typer.Option(help="Another calibration file than the default.")] = None,
) -> None:
    """One decision in words and as a small picture, decided again from its stored evidence."""
    from matching import Template, default_calibration, load_calibration, redecide
    from matching.errors import MatchingError
    from matching.words import in_words
    from panah.explaining.persian import in_persian
    from panah.explaining.picture import in_characters, in_svg, picture_of

    words = {"fa": [in_persian], "en": [in_words], "both": [in_persian, in_words]}
    if language not in words:
        raise typer.BadParameter("the language is fa, en or both")
    try:
        stored = json.loads(evidence.read_text(encoding="utf-8"))
        decision = redecide(stored)
        searched = Template.from_bytes(probe.read_bytes()) if probe else None
        scale = load_calibration(calibration) if calibration else default_calibration()
    except (OSError, ValueError, MatchingError) as error:
        typer.echo(f"{evidence} cannot be explained: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo("\n\n".join(say(decision) for say in words[language]))
    picture = picture_of(decision, calibration=scale, probe=searched)
    if svg is None:
        typer.echo("\n" + in_characters(picture))
    else:
        svg.write_text(in_svg(picture), encoding="utf-8")
    if (stored["outcome"], stored["reasons"]) != (decision.outcome, list(decision.reasons)):
        typer.echo(f"Stored was '{stored['outcome']}': the rules have changed since, or the evidence was.")
        raise typer.Exit(2)
