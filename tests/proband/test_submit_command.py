"""`proband submit` queues a job and records an approval, or reports all mistakes and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions
from lab.intake.read_job import read_job
from lab.queue.jobs import queued_jobs
from tests.lab.intake.job_texts import job_text
from tests.proband.run_command import Proband


@pytest.fixture
def proband(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Proband:
    monkeypatch.delenv("PROBAND_ACTOR", raising=False)
    monkeypatch.setenv("PROBAND_AS", "Ada")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab/conf").mkdir(parents=True)
    return Proband(Lab(tmp_path / "lab"), capsys)


def job_file(name: str = "job.json", content: bytes | None = None) -> str:
    Path(name).write_bytes(job_text() if content is None else content)
    return name


def is_unchanged(lab: Lab) -> bool:
    return sorted(path.name for path in lab.root.iterdir()) == ["conf"] and not any(lab.conf.iterdir())


def test_job_is_queued_byte_for_byte_and_approved(proband: Proband) -> None:
    answer = proband("submit", job_file())
    assert answer.code == 0, answer.err
    (job,) = queued_jobs(proband.lab)
    assert job.path.read_bytes() == job_text()
    assert (job.experiment_id, job.priority) == ("probe", "high")
    assert f"queue/{job.name}: probe, high priority" in answer.out
    (decision,) = read_decisions(proband.lab).recorded
    assert (decision.outcome, decision.by.name, decision.how) == ("approved", "Ada", "submit")
    assert decision.subjects == (read_job(proband.lab, job_text(), job.name).subject,)


def test_same_job_is_queued_again_with_the_same_approval(proband: Proband) -> None:
    first, second = (proband.json("submit", job_file()) for _ in range(2))
    assert (first["approved_by"], second["approval"]) == ("Ada", None)
    assert len(queued_jobs(proband.lab)) == 2
    assert len(read_decisions(proband.lab).recorded) == 1


def test_as_names_the_person(proband: Proband) -> None:
    assert proband.json("submit", job_file(), "--as", "Bob")["approved_by"] == "Bob"


REFUSED = {
    "mistake": (job_text(config={"learnin_rate": 1}), "job.json:8:3: config.learnin_rate"),
    "unknown parent": (
        job_text(parent="digits_l"),
        "job.json:49:2: parent: there is no experiment 'digits_l'",
    ),
    "bare config": (b'{"model_name": "mlp"}', "is a training config, not an experiment"),
    "empty file": (b"", "expected a value"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_wrong_job_changes_nothing(content: bytes, message: str, proband: Proband) -> None:
    answer = proband("submit", job_file(content=content))
    assert answer.code == 2
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert is_unchanged(proband.lab)


def test_id_of_a_spec_with_other_content_is_refused(proband: Proband) -> None:
    spec = proband.lab.conf / "experiment/probe.yaml"
    spec.parent.mkdir()
    spec.write_text("# @package _global_\nexperiment: {hypothesis: Other.}\n", encoding="utf-8")
    answer = proband("submit", job_file())
    assert answer.code == 2
    assert "job.json:2:2: experiment_id: 'probe' is also the id of conf/experiment/probe.yaml" in answer.err
    assert not (proband.lab.root / "queue").exists()


def test_id_of_a_spec_with_the_same_content_is_accepted(proband: Proband) -> None:
    spec = proband.lab.conf / "experiment/probe.yaml"
    spec.parent.mkdir()
    spec.write_text(proband("submit", job_file(), "--dry-run").out, encoding="utf-8")
    assert proband("submit", job_file()).code == 0


def test_id_of_another_waiting_job_is_refused(proband: Proband) -> None:
    proband("submit", job_file())
    answer = proband("submit", job_file(content=job_text(name="Another")))
    assert answer.code == 2
    assert "'probe' is also the id of queue/job_" in answer.err
    assert len(queued_jobs(proband.lab)) == 1


def test_agent_cannot_submit(proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBAND_ACTOR", "agent:writer")
    answer = proband("submit", job_file())
    assert (answer.code, is_unchanged(proband.lab)) == (2, True)
    assert "only a person can decide" in answer.err


@pytest.mark.parametrize("kind", ["folder", "pipe", "nothing", "other suffix", "large"])
def test_only_a_small_regular_file_is_read(kind: str, proband: Proband) -> None:
    name = "job.txt" if kind == "other suffix" else "job.json"
    match kind:
        case "folder":
            Path(name).mkdir()
        case "pipe":
            os.mkfifo(name)
        case "large":
            job_file(content=b'{"a": "' + b"x" * 2_000_000 + b'"}')
        case "other suffix":
            job_file(name)
    answer = proband("submit", name)
    assert (answer.code, is_unchanged(proband.lab)) == (2, True)
    assert answer.err.startswith(f"{name}:1:1: ")


def test_words_of_the_command_line_are_a_job(proband: Proband) -> None:
    words = [
        "experiment_id=words",
        "hypothesis=It works.",
        "research_question=Does it?",
        "deliverables=[{type: config}]",
    ]
    answer = proband("submit", "--create-job", *words, "model_name=mlp", "config.learning_rate=1e-2")
    assert answer.code == 0, answer.err
    (job,) = queued_jobs(proband.lab)
    assert b'"learning_rate": 0.01' in job.path.read_bytes()


def test_words_without_hypothesis_get_a_template(proband: Proband) -> None:
    answer = proband("submit", "--create-job", "model_name=mlp", "learning_rate=1e-3", "epochs=2")
    assert (answer.code, is_unchanged(proband.lab)) == (2, True)
    assert "--create-job:1:1: is a training config" in answer.err
    assert "  max_epochs: 2\n" in answer.out
