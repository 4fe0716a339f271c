"""The jobs from facts to analyses write agenda, analyses and integration, and report analysts that fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.facts.fact import Fact, Source
from agents.facts.series import Series
from agents.facts.verdict import Verdict
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from compiler.spec.agent_entry_points import AGENT_FIELDS, title
from rules.jobserver.job import exit_code
from rules.results.experiment_results import write_results
from tests.plans import plan_of, planned_experiment
from tests.run_files import experiment_results

SOURCE = Source("results/runs/a/history.csv", "0" * 64)
ANALYSTS = {
    "my_minimal.py": """
from agents.analysis.analysis_schema import Analysis, Finding

def minimal(case, task, figures):
    finding = Finding(id="runs", text="Runs: {{f:experiment.runs}}.", facts=("experiment.runs",))
    return Analysis(analyst=task.analyst, experiment_id=case.experiment_id, title="Minimal", summary="Minimal.",
                    findings=(finding,))
""",
    "my_broken.py": "def broken(case, task, figures):\n    raise ValueError('no\\nidea')\n",
    "my_wrong_type.py": "def wrong_type(case, task, figures):\n    return {'title': 'wrong_type'}\n",
}
PIPELINE = [
    "performance_analysis",
    "my_minimal:minimal",
    "my_broken:broken",
    "my_wrong_type:wrong_type",
    "nowhere:missing",
]


@pytest.fixture
def make_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Lab]]:
    """Return a function that makes a lab with facts and its own analysts in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    def new_lab(pipeline: list[str]) -> Lab:
        lab = Lab(Path())
        for name, text in ANALYSTS.items():
            (tmp_path / name).write_text(text)
        targets = {title(name): AGENT_FIELDS["analysis_pipeline"].target(name) or "" for name in pipeline}
        analyses = {name: PlannedDocument(target, "c0de") for name, target in targets.items()}
        plan = plan_of(planned_experiment("rates", spec=spec(pipeline), analyses=analyses))
        write(lab.root / "plan.json", json.dumps(plan.to_json()))
        write(lab.experiment("rates") / "experiment.json", json.dumps(spec(pipeline)))
        write_results(lab.results_file("rates"), experiment_results(experiment_id="rates"))
        write(lab.facts("rates"), *(json.dumps(fact.to_json()) for fact in facts()))
        write(lab.verdicts("rates"), json.dumps(Verdict("hypothesis", "supported", "w", "S.", (), ()).to_json()))
        series = Series("run[seed=0]", "eval_loss", (1, 2, 3), (2.0, 1.0, 0.5), SOURCE)
        write(lab.series("rates"), json.dumps(series.to_json()))
        return lab

    yield new_lab
    for name in ANALYSTS:
        sys.modules.pop(name.removesuffix(".py"), None)


def write(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines))


def spec(pipeline: list[str]) -> dict[str, object]:
    point = {"name": "seed=0", "overrides": {"seed": 0}, "run": "a"}
    return {"analysis_pipeline": pipeline, "hypothesis": "H", "points": [point], "compare": None, "parent": None}


def facts() -> Iterator[Fact]:
    for name in ("runs", "runs.completed", "runs.failed"):
        yield Fact(f"experiment.{name}", int(name != "runs.failed"), "runs", 1, "experiment", name, SOURCE, "t:f")
    yield Fact("arm[all].level", "all", "level", 1, "arm[all]", "level", SOURCE, "t:f")


def run_job(monkeypatch: pytest.MonkeyPatch, job: str, *arguments: str) -> int:
    """Run a job as the server does and return its exit code."""
    monkeypatch.setattr(sys, "argv", sys.argv)  # restores it, because the job replaces it
    return exit_code([f"rules.jobs.{job}", "plan.json", "rates", *arguments])


def test_jobs_write_analyses_and_their_integration(
    make_lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab(PIPELINE[:2])
    assert run_job(monkeypatch, "agenda") == 0
    assert [run_job(monkeypatch, "analysis", name) for name in ("performance_analysis", "minimal")] == [0, 0]
    assert run_job(monkeypatch, "integration") == 0
    assert read_json(lab.analysis("rates", "minimal"))["title"] == "Minimal"
    assert read_json(lab.integration("rates"))["analysts"] == ["performance_analysis", "minimal"]
    assert "Runs: [1]" in lab.analysis("rates", "minimal").with_suffix(".md").read_text()
    assert lab.integration("rates").with_suffix(".md").is_file()
    figures = read_json(lab.analysis("rates", "performance_analysis"))["figures"]
    assert figures
    assert all((lab.experiment("rates") / figure["path"]).is_file() for figure in figures)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        pytest.param("broken", 1, "rates: analyst 'broken' failed: ValueError: no idea", id="raises"),
        pytest.param("wrong_type", 1, "rates: analyst 'wrong_type' returned a dict (it must", id="no analysis"),
        pytest.param("missing", 2, "analysis_pipeline: 'nowhere:missing' cannot be imported", id="missing module"),
    ],
)
def test_job_of_a_broken_analyst_fails_with_one_line(
    make_lab: Callable[..., Lab],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    code: int,
    message: str,
) -> None:
    lab = make_lab(PIPELINE)
    run_job(monkeypatch, "agenda")
    assert run_job(monkeypatch, "analysis", name) == code
    assert capsys.readouterr().err.splitlines()[-1].startswith(message)
    assert not lab.analysis("rates", name).is_file()


def test_log_contains_the_traceback_of_an_analyst(
    make_lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_lab(PIPELINE)
    run_job(monkeypatch, "agenda")
    run_job(monkeypatch, "analysis", "broken")
    assert "my_broken.py" in capsys.readouterr().err
