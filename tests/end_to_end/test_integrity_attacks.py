"""Each attack changes files of a real lab. A build or `proband verify` must notice it and name the file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import CopyOf, spec
from tests.stored_runs import MODEL, flip_byte

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("integrity")]

STUDY = spec(
    "A learning rate of 0.01 gives a higher test accuracy than 0.001.",
    "sweep: {model.lr: '0.001,0.01', seed: range(2)}",
    "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.001}",
    "deliverables: [{type: evaluation_results, metric: accuracy, operator: '>=', value: 0.1}, {type: config}]",
    "analysis_pipeline: [performance_analysis]",
    "reports: [technical_report]",
)


def build_study(lab: RealLab) -> None:
    lab.write("conf/experiment/study.yaml", STUDY)
    build = lab.snakemake("study")
    assert build.exit_code == 0, build.output


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file} does not contain {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def verify(lab: RealLab, *args: str) -> tuple[int, list[str]]:
    """Return the exit code of `proband verify`, and its problems."""
    completed = lab.proband("verify", *args, "--json")
    assert "Traceback" not in completed.stderr
    checks = json.loads(completed.stdout)["checks"]
    return completed.returncode, [problem for check in checks for problem in check["problems"]]


# Between compile and training


def forge_rate(lab: RealLab, run: str) -> None:
    """Give a run another learning rate under its old id, and make the hashes of the plan agree with it."""
    file = lab.root / ".proband/runs" / f"{run}.json"
    content = read_json(file)
    content["config"]["model"]["lr"] = 0.5
    write_json(file, content)
    inputs = read_json(lab.root / ".proband/plan.inputs.json")
    inputs["written"][f"runs/{run}.json"] = sha256_of_file(file)
    write_json(lab.root / ".proband/plan.inputs.json", inputs)


def test_rate_forged_between_compile_and_training_is_never_trained(lab: RealLab) -> None:
    lab.write(
        "conf/experiment/one.yaml", spec("It trains.", "deliverables: [{type: config}]", more="model: {lr: 0.001}\n")
    )
    compiled = json.loads(lab.proband("compile", "one", "--json").stdout)
    (run,) = (point["run"] for point in compiled["experiments"]["one"]["points"])
    forge_rate(lab, run)
    job = lab.run(sys.executable, "-m", "rules.jobs.train", run, "--attempt", "1", "--attempts", "3")
    assert job.returncode == 1
    assert f"{run}.json: its config and data versions have the run id" in job.stderr
    assert not (lab.root / "results/runs" / run).exists()
    assert lab.snakemake("one").exit_code == 0
    assert lab.json(f"runs/{run}/config.json")["config"]["model"]["lr"] == 0.001


def test_test_forged_in_the_stored_plan_is_never_registered(lab: RealLab) -> None:
    lab.write("conf/experiment/study.yaml", STUDY)
    assert lab.proband("compile").returncode == 0
    edit(lab.root / ".proband/plan.json", '"alpha": 0.05', '"alpha": 0.5')
    inputs = read_json(lab.root / ".proband/plan.inputs.json")
    write_json(
        lab.root / ".proband/plan.inputs.json", inputs | {"plan": sha256_of_file(lab.root / ".proband/plan.json")}
    )
    build = lab.snakemake("study")
    assert (build.exit_code, build.trained) == (1, set())
    assert ".proband/plan.json: is not what the specs compile to" in build.output
    assert not (lab.root / "results/registrations.jsonl").exists()


# After the training


def test_flipped_byte_in_a_finished_checkpoint_trains_the_run_again(copy_of: CopyOf) -> None:
    lab = copy_of(build_study)
    run = lab.runs("study")[0]["run_id"]
    flip_byte(lab.root / "results/runs" / run / MODEL)
    dry_run = lab.snakemake("study", "--dry-run")
    assert f"results/runs/{run}/{MODEL}: changed or missing" in dry_run.output
    assert "Nothing to be done" not in dry_run.output
    build = lab.snakemake("study")
    assert (build.exit_code, build.trained) == (0, {run}), build.output
    assert (lab.root / "results/damaged" / f"{run}-1" / MODEL).is_file()
    assert verify(lab) == (0, [])
    assert "Nothing to be done" in lab.snakemake("study").output


def test_edited_verdict_is_computed_again_and_reaches_no_report(copy_of: CopyOf) -> None:
    lab = copy_of(build_study)
    folder = lab.root / "results/experiments/study"
    report = (folder / "reports/technical_report.md").read_bytes()
    edit(folder / "results.json", "untestable", "supported")
    edit(folder / "reports/technical_report.md", "untestable", "supported")
    build = lab.snakemake("study")
    assert (build.exit_code, build.trained) == (0, set())
    assert "results/experiments/study/results.json: changed or missing since the last complete build" in build.output
    assert (folder / "reports/technical_report.md").read_bytes() == report
    assert verify(lab, "study") == (0, [])


EDITS: dict[str, Callable[[Path], object]] = {
    "results.json": lambda file: edit(file, "untestable", "supported"),
    "facts.jsonl": lambda file: edit(file, "accuracy", "precision"),
    "verdicts.jsonl": lambda file: edit(file, "untestable", "supported"),
    "experiment.json": lambda file: edit(file, "A learning rate", "Every learning rate"),
    "deliverables/config.json": lambda file: edit(file, "validated", "proven"),
    "analysis/performance_analysis.json": lambda file: edit(file, "accuracy", "precision"),
    "reports/technical_report.md": lambda file: edit(file, "accuracy", "precision"),
    "reports/technical_report.tex": lambda file: edit(file, "accuracy", "precision"),
    "reports/technical_report.html": lambda file: edit(file, "accuracy", "precision"),
    "reports/technical_report.pdf": lambda file: file.write_bytes(b"%PDF"),
}


def test_verify_names_exactly_the_edited_files(copy_of: CopyOf) -> None:
    lab = copy_of(build_study)
    assert verify(lab, "study") == (0, [])
    folder = lab.root / "results/experiments/study"
    for path, edit_file in EDITS.items():
        edit_file(folder / path)
    edit(lab.root / ".proband/plan.json", "A learning rate", "Every learning rate")
    code, problems = verify(lab, "study")
    assert code == 1
    named = sorted(problem.partition(":")[0] for problem in problems)
    assert named == sorted([".proband/plan.json", *(f"results/experiments/study/{path}" for path in EDITS)])


def test_verify_survives_files_that_are_not_readable(copy_of: CopyOf) -> None:
    lab = copy_of(build_study)
    run = lab.runs("study")[0]["run_id"]
    for path in (f"runs/{run}/status.json", f"runs/{run}/output/metrics.json", "experiments/study/facts.jsonl"):
        (lab.root / "results" / path).write_bytes(b"\xff{")
    (lab.root / "results/experiments/study/results.json").write_text("[]")
    (lab.root / ".proband/plan.json").write_text("{")
    code, problems = verify(lab)
    assert code == 1
    assert any(problem.startswith(f"results/runs/{run}/status.json: ") for problem in problems)


def hash_again(lab: RealLab, run: str) -> None:
    """Write the hashes of the files of a run into its status and the copy of the status."""
    folder = lab.root / "results/runs" / run
    status = read_json(folder / "status.json")
    for path in status["artifacts"]:
        file = folder / path
        status["artifacts"][path] = {"size": file.stat().st_size, "sha256": sha256_of_file(file)}
    for name in ("status.json", ".status.json"):
        write_json(folder / name, status)


def test_better_metrics_with_new_hashes_are_found_by_a_repeated_test(copy_of: CopyOf) -> None:
    lab = copy_of(build_study)
    run = lab.runs("study")[0]["run_id"]
    for name in ("eval_results", "metrics"):
        file = lab.root / "results/runs" / run / f"output/{name}.json"
        write_json(file, read_json(file) | {"accuracy": 1.0})
    hash_again(lab, run)
    assert lab.snakemake("study").exit_code == 0
    code, problems = verify(lab, "--deep")
    assert code == 1
    named = [problem.partition(", the model gives")[0] for problem in problems if "the model gives" in problem]
    assert named == [f"results/runs/{run}/output/{name}.json: accuracy is 1.0" for name in ("eval_results", "metrics")]
