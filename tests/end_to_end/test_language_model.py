"""Reports reworded by a language model: real builds, and a scripted HTTP server as the model's endpoint."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agents.language_model.privacy import cleaner, local_privacy
from compiler.base.paths import Lab
from compiler.plan.plan_files import plan_file
from tests.agents.language_model.scripted_server import (
    Answer,
    ScriptedServer,
    completion,
    error_response,
    scripted_server,
)
from tests.agents.language_model.smollm_server import MODEL, missing_packages, smollm_server
from tests.agents.rewording.data_reader import read_data_block
from tests.end_to_end.support.build import SNAKEMAKE, Build, RealLab, activated_environment
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("language_model")]

KEY = "sk-test-0123456789abcdef"
TYPED_KEY = "sk-typed-0123456789abcdef"  # a key given as an override, which is rejected
ADDITION = " This is how it was measured."  # the scripted model adds this to each text, and the review accepts it
INVENTED_RESULT = "The accuracy rose by 42 percent, which is significant."
RECORDING = "answers.jsonl"
STUDY = spec(
    "A learning rate of 0.01 gives a higher test accuracy than 0.001.",
    f"description: By annemarie at {platform.node()}, kept in {Path.home() / 'private'}.",
    "sweep: {model.lr: '0.001,0.01', seed: range(2)}",
    "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.001}",
    "deliverables: [{type: model_checkpoint}]",
    "analysis_pipeline: [performance_analysis]",
    "reports: [technical_report, 'notes:write']",
)
NOTES = '''
"""A note of one paragraph."""

from agents.api import Document, Paragraph, Section

def write(case, analyses, integration):
    text = "Of {{f:experiment.runs}} runs, {{f:experiment.runs.completed}} completed."
    section = Section(id="runs", title="Runs", blocks=(Paragraph(text=text),))
    return Document(kind="note", experiment_id=case.experiment_id, title="A note", sections=(section,))
'''
DOCUMENTS = ("analysis/performance_analysis", "reports/technical_report", "reports/write")
Answers = Callable[[Mapping[str, Any]], Answer]  # from the data of a request


def reworded_texts(data: Mapping[str, Any]) -> Answer:
    """Answer like a model that rewords every text, and invents a result in one section of the report."""
    prose = {slot: text for slot, text in data["texts"].items() if not slot.endswith(("title", "caption", "alt"))}
    invented = {slot: INVENTED_RESULT for slot in prose if slot.startswith("sections.data.")}
    return completion(json.dumps({"texts": {slot: text + ADDITION for slot, text in prose.items()} | invented}))


def a_fault_for_each_document(data: Mapping[str, Any]) -> Answer:
    """Answer with invented results, with text that is not JSON, or with an HTTP error, by kind of document."""
    if data["document"]["kind"] == "technical_report":
        return completion(json.dumps({"texts": dict.fromkeys(data["texts"], INVENTED_RESULT)}))
    return completion("{'texts': none at all") if data["document"]["kind"] == "note" else error_response(500)


class Model:
    """A scripted endpoint. Its address is the same for all tests of this file. A test can replace `answer`."""

    def __init__(self) -> None:
        self.answer: Answers = reworded_texts
        self.hanging_request = -1  # the index of the request that gets no answer, -1 for none
        self.is_hanging = threading.Event()
        self.server: ScriptedServer

    def __call__(self, body: Any) -> Answer:
        if len(self.server.requests) - 1 == self.hanging_request:
            self.is_hanging.set()
            return Answer(delay=600.0)
        return self.answer(data_of(body))

    def overrides(self, *more: str) -> str:
        """Return the `--config` value of a build that uses this endpoint."""
        overrides = ("agents=openai", f"agents.base_url={self.server.base_url}", "agents.attempts=1", *more)
        return f"overrides={' '.join(overrides)}"


@dataclass(frozen=True)
class Reworded:
    """A lab whose documents the model has reworded, and the requests that it received."""

    lab: RealLab
    requests: tuple[Any, ...]

    def copy(self, folder: Path) -> RealLab:
        shutil.copytree(self.lab.root, folder / "reworded", symlinks=True)
        return replace(self.lab, root=folder / "reworded")


def data_of(body: Any) -> dict[str, Any]:
    return dict(read_data_block(body["messages"][1]["content"]))


def build_study(lab: RealLab) -> None:
    """Build the study without a language model."""
    lab.write("conf/experiment/study.yaml", STUDY)
    lab.write("notes.py", NOTES)
    succeeds(lab.snakemake("study"))


@pytest.fixture(scope="module", autouse=True)
def _environment() -> Iterator[None]:
    """Set the name of the account, and an API key that is stored nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", KEY)
        patch.setenv("USER", "annemarie")
        yield


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Model]:
    model = Model()
    with scripted_server(model) as model.server:
        yield model


@pytest.fixture
def model(endpoint: Model) -> Model:
    endpoint.answer, endpoint.hanging_request = reworded_texts, -1
    endpoint.is_hanging.clear()
    return endpoint


@pytest.fixture(scope="module")
def reworded(endpoint: Model, built_labs: BuiltLabs, tmp_path_factory: pytest.TempPathFactory) -> Reworded:
    """The study, reworded and recorded. Tests read it or copy it."""
    endpoint.answer, endpoint.hanging_request = reworded_texts, -1
    lab = built_labs.copy(build_study, tmp_path_factory.mktemp("reworded"))
    start = len(endpoint.server.requests)
    build = lab.snakemake("study", "--config", recording_overrides(endpoint))
    succeeds(build)
    assert build.trained == frozenset()
    return Reworded(lab, tuple(endpoint.server.requests[start:]))


@pytest.fixture
def by_code(built_labs: BuiltLabs) -> dict[str, str]:
    """The documents that code wrote, by name."""
    return texts(built_labs.original(build_study))


def recording_overrides(model: Model) -> str:
    return model.overrides("agents.model=scripted", f"agents.record={RECORDING}")


def home(lab: RealLab) -> Path:
    return lab.root / "results/experiments/study"


def texts(lab: RealLab) -> dict[str, str]:
    return {name: (home(lab) / f"{name}.md").read_text("utf-8") for name in DOCUMENTS}


def decisions(lab: RealLab, document: str) -> dict[str, Any]:
    """Return the stored decision on each text of a document."""
    return dict(lab.json(f"experiments/study/{document}.json")["wording"])


def ledger(lab: RealLab) -> dict[str, Any]:
    return dict(lab.json("experiments/study/analysis/ledger.json"))


def linked_numbers(text: str) -> list[str]:
    """Return the numbers that link to a fact."""
    return sorted(re.findall(r"\[([^\]]+)\]\(#fact-\d+\)", text))


def write_report_again(lab: RealLab, overrides: str) -> dict[str, Any]:
    """Run the job of the technical report alone. Return the decisions on its texts."""
    arguments = overrides.removeprefix("overrides=").split()
    assert lab.proband("compile", "study", *arguments).returncode == 0
    plan = plan_file(Lab(lab.root), arguments)
    job = lab.run(sys.executable, "-m", "rules.jobs.report", str(plan), "study", "technical_report")
    assert job.returncode == 0, job.stderr
    return decisions(lab, "reports/technical_report")


def succeeds(build: Build) -> None:
    assert build.exit_code == 0, build.output


def test_an_interrupted_build_exits_130_and_the_next_one_sends_no_answered_request_again(
    copy_of: CopyOf, model: Model, reworded: Reworded
) -> None:
    lab = copy_of(build_study)
    start = len(model.server.requests)
    model.hanging_request = start + 1
    with subprocess.Popen(
        [*SNAKEMAKE, "study", "--config", recording_overrides(model)],
        cwd=lab.root,
        env=activated_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as driver:
        assert model.is_hanging.wait(120)
        os.killpg(driver.pid, signal.SIGINT)  # Ctrl-C in a terminal sends the signal to the whole process group
        output, _ = driver.communicate(timeout=60)
    assert driver.returncode == 130, output
    assert b"Traceback" not in output
    before = ledger(lab)
    assert before["unreported"] >= 1, "the cost of the interrupted request is unknown, and counted as such"
    resumed_at = len(model.server.requests)
    build = lab.snakemake("study", "--config", recording_overrides(model))
    succeeds(build)
    assert build.trained == frozenset()
    answered = [json.dumps(request.body, sort_keys=True) for request in model.server.requests[start : start + 1]]
    resumed = [json.dumps(request.body, sort_keys=True) for request in model.server.requests[resumed_at:]]
    assert set(resumed).isdisjoint(answered)
    assert len(set(resumed)) == len(resumed)
    for count in ("calls", "attempts"):
        assert ledger(lab)[count] - before[count] == len(resumed), "two jobs at the same time share one ledger"
    assert texts(lab) == texts(reworded.lab)


def test_accepted_texts_come_from_the_model_and_rejected_texts_from_code(reworded: Reworded) -> None:
    for name, text in texts(reworded.lab).items():
        assert ADDITION.strip() in text, name
        assert INVENTED_RESULT not in text, name
    report = reworded.lab.json("experiments/study/reports/technical_report.json")
    assert report["objections"] == []
    assert report["wording"]["counts"]["accepted"] > 10
    (rejected,) = [
        decision for decision in report["wording"]["decisions"] if decision["slot"].startswith("sections.data.blocks.0")
    ]
    assert rejected["outcome"] == "deterministic"
    assert {"digit", "comparative"} <= {objection["rule"] for objection in rejected["objections"]}


def test_facts_support_a_reworded_report(reworded: Reworded, tmp_path: Path) -> None:
    lab = reworded.copy(tmp_path)
    checked = lab.proband("check", "results/experiments/study/reports/technical_report.md", "--experiment", "study")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_reworded_study_is_verified_with_the_overrides_of_its_build(
    reworded: Reworded, model: Model, tmp_path: Path
) -> None:
    lab = reworded.copy(tmp_path)
    overrides = recording_overrides(model).removeprefix("overrides=").split()
    sent = len(model.server.requests)
    verified = lab.proband("verify", "study", *overrides)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "the texts are taken as they are" in verified.stdout
    report = home(lab) / "reports/technical_report.md"
    report.write_text(report.read_text("utf-8").replace("measured", "imagined"), "utf-8")
    assert lab.proband("verify", "study", *overrides).returncode == 1
    assert len(model.server.requests) == sent


def test_ledger_counts_tokens_and_transcripts_hold_every_event(reworded: Reworded) -> None:
    counts = ledger(reworded.lab)
    assert (counts["cost"], counts["failures"]) == ("unknown", {})
    answered = counts["attempts"] - counts["unreported"]
    assert answered == len(reworded.requests)
    assert (counts["tokens_in"], counts["tokens_out"]) == (10 * answered, 5 * answered)
    folder = home(reworded.lab) / "analysis/transcripts"
    files = {str(file.relative_to(folder)) for file in folder.rglob("*.jsonl")}
    assert files == {"analyses/performance_analysis.jsonl", "reports/technical_report.jsonl", "reports/write.jsonl"}
    for name in files:
        events = [json.loads(line)["event"] for line in (folder / name).read_text("utf-8").splitlines()]
        assert {"request", "reply", "decision"} <= set(events)


def test_stored_answers_are_used_again(reworded: Reworded, model: Model, tmp_path: Path) -> None:
    lab = reworded.copy(tmp_path)
    start, cached = len(model.server.requests), ledger(lab)["cached"]
    build = lab.snakemake("study", "--forcerun", "_report", "--config", recording_overrides(model))
    succeeds(build)
    assert build.jobs("report") == 2
    assert len(model.server.requests) == start
    assert ledger(lab)["cached"] > cached
    assert texts(lab) == texts(reworded.lab)


def test_an_edited_prompt_rewords_only_its_report(reworded: Reworded, model: Model, tmp_path: Path) -> None:
    lab = reworded.copy(tmp_path)
    start = len(model.server.requests)
    lab.write("notes.prompt.md", "# This document\n\nIs written in verse.\n")
    build = lab.snakemake("study", "--config", recording_overrides(model))
    succeeds(build)
    assert (build.jobs("report"), build.jobs("analysis")) == (1, 0)
    bodies = [request.body for request in model.server.requests[start:]]
    assert {data_of(body)["document"]["kind"] for body in bodies} == {"note"}
    assert all(body["messages"][0]["content"].endswith("Is written in verse.") for body in bodies)
    assert texts(lab) == texts(reworded.lab), "the scripted model gives the same texts for every prompt"


def test_previewed_requests_are_the_requests_sent(reworded: Reworded, model: Model, tmp_path: Path) -> None:
    arguments = model.overrides("agents.model=scripted").removeprefix("overrides=").split()
    preview = reworded.copy(tmp_path).proband("explain", "study", *arguments, "--prompts", "--json")
    assert preview.returncode == 0, preview.stderr
    documents = json.loads(preview.stdout)["experiments"]["study"]
    assert {group: list(previews) for group, previews in documents.items()} == {
        "analyses": ["performance_analysis"],
        "reports": ["technical_report", "write"],
    }
    sent = [(request.body["messages"], request.body.get("tools", [])) for request in reworded.requests]
    for previews in documents.values():
        for requests in previews.values():
            assert all((request["messages"], request["tools"]) in sent for request in requests)


def test_previewed_requests_hide_private_data(copy_of: CopyOf) -> None:
    lab = copy_of(build_study)
    preview = lab.proband("explain", "study", "--prompts")
    assert preview.returncode == 0, preview.stderr
    assert "# technical_report: request 1 of" in preview.stdout
    assert "# write: request 1 of 1" in preview.stdout
    host = cleaner(local_privacy({}))(platform.node())
    assert f"By <user> at {host}, kept in <path>" in preview.stdout
    for private in ("annemarie", str(Path.home() / "private"), KEY, str(lab.root)):
        assert private not in preview.stdout


def test_invented_results_and_server_errors_leave_the_texts_that_code_wrote(
    copy_of: CopyOf, model: Model, by_code: dict[str, str]
) -> None:
    lab = copy_of(build_study)
    model.answer = a_fault_for_each_document
    succeeds(lab.snakemake("study", "--config", model.overrides("agents.model=bad")))
    assert texts(lab) == by_code
    assert decisions(lab, "analysis/performance_analysis")["ended"].startswith("server_error: ")
    assert decisions(lab, "reports/write")["ended"].startswith("no_usable_answer: ")
    report = decisions(lab, "reports/technical_report")
    assert report["counts"] == {"deterministic": len(report["decisions"])}
    assert any(decision["objections"] for decision in report["decisions"])


def test_a_replayed_recording_gives_the_same_texts_without_requests(
    reworded: Reworded, model: Model, tmp_path: Path
) -> None:
    lab = reworded.copy(tmp_path)
    start, replayed = len(model.server.requests), ledger(lab)["replayed"]
    succeeds(lab.snakemake("study", "--config", f"overrides=agents=replay agents.replay={RECORDING}"))
    assert len(model.server.requests) == start
    assert texts(lab) == texts(reworded.lab)
    assert ledger(lab)["replayed"] > replayed
    assert decisions(lab, "reports/technical_report")["ended"] == ""


def test_without_the_model_the_texts_are_those_of_code_with_equal_numbers(
    reworded: Reworded, by_code: dict[str, str], tmp_path: Path
) -> None:
    lab = reworded.copy(tmp_path)
    succeeds(lab.snakemake("study"))
    assert texts(lab) == by_code
    for name, text in texts(reworded.lab).items():
        assert "wording" not in lab.json(f"experiments/study/{name}.json")
        assert ADDITION.strip() not in by_code[name], name
        assert linked_numbers(by_code[name]) == linked_numbers(text), name


def test_an_unreachable_endpoint_leaves_the_texts_that_code_wrote(copy_of: CopyOf, by_code: dict[str, str]) -> None:
    lab = copy_of(build_study)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    report = write_report_again(lab, f"agents=openai agents.base_url={address} agents.attempts=1 agents.model=gone")
    assert report["ended"].startswith("refused: cannot connect to http://127.0.0.1:")
    assert texts(lab) == by_code


WRONG_SETTINGS = [
    pytest.param("agents=openai agents.modle=x", "overrides:1:15: the config has no key 'agents.modle'", id="key"),
    pytest.param("agents=openai", "agents.model: agents=openai needs a model: agents.model=NAME", id="no model"),
    pytest.param(f"+agents.api_key={TYPED_KEY}", "agents.api_key: a key must not be written in a config", id="api_key"),
]


@pytest.mark.parametrize(("overrides", "message"), WRONG_SETTINGS)
def test_wrong_settings_are_reported_before_a_preview(lab: RealLab, overrides: str, message: str) -> None:
    lab.write("conf/experiment/study.yaml", STUDY)
    lab.write("notes.py", NOTES)
    completed = lab.proband("explain", "study", "--prompts", *overrides.split())
    assert completed.returncode == 2
    assert message in completed.stderr
    assert TYPED_KEY not in completed.stderr


def test_a_key_given_as_an_override_fails_the_build_and_is_not_written(lab: RealLab) -> None:
    lab.write("conf/experiment/study.yaml", STUDY)
    lab.write("notes.py", NOTES)
    build = lab.snakemake("study", "--config", f"overrides=+agents.api_key={TYPED_KEY}")
    assert build.exit_code == 1
    assert build.output.count("warning: overrides:1:1: agents.api_key: a key must not be written in a config") == 1
    assert "study: not built, its spec is wrong" in build.output
    files = [file for file in lab.root.rglob("*") if file.is_file()]
    lab_files = [file for file in files if ".snakemake" not in file.parts]  # Snakemake's log contains the command line
    assert [str(file) for file in lab_files if TYPED_KEY.encode() in file.read_bytes()] == []


def test_the_key_is_sent_and_written_to_no_file(reworded: Reworded) -> None:
    assert {request.headers["authorization"] for request in reworded.requests} == {f"Bearer {KEY}"}
    files = [file for file in reworded.lab.root.rglob("*") if file.is_file()]
    assert len(files) > 100
    assert [str(file) for file in files if KEY.encode() in file.read_bytes()] == []


@pytest.mark.skipif(bool(missing_packages()), reason=f"needs the packages {', '.join(missing_packages())}")
def test_a_real_model_leaves_a_report_without_invented_statements(copy_of: CopyOf) -> None:
    lab = copy_of(build_study)
    calls = 4
    bounds = ("agents.max_tokens=48", f"agents.budget.calls={calls}", "agents.timeout_seconds=200", "agents.attempts=1")
    with smollm_server() as base_url:
        settings = ("agents=openai", f"agents.base_url={base_url}", f"agents.model={MODEL}", *bounds)
        report = write_report_again(lab, " ".join(settings))
    spent = ledger(lab)
    assert (spent["calls"], spent["cost"]) == (calls, "unknown")
    assert 0 < spent["tokens_out"] <= 48 * spent["attempts"]
    assert report["model"] == MODEL
    assert report["ended"].startswith("budget: ")
    assert any(decision["objections"] or decision["text"] for decision in report["decisions"]), "an answer was read"
    assert lab.json("experiments/study/reports/technical_report.json")["objections"] == []
    checked = lab.proband("check", "results/experiments/study/reports/technical_report.md", "--experiment", "study")
    assert checked.returncode == 0, checked.stdout + checked.stderr
