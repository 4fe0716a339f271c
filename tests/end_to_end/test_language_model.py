"""Reports worded by a language model: one lab, real builds, and a server that says what a test tells it to.

The tests of this file share one lab and tell one story in the order they are written.
"""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from build import Build, RealLab
from chaos import activated
from specs import spec

from agents.language_model.privacy import cleaner, local_privacy
from agents.rewording.prompting.data_block import read_data_block
from compiler.base.paths import ENGINE, Lab
from compiler.plan.plan_files import plan_file
from tests.agents.language_model.server import Answer, ScriptedServer, fails, says, scripted_server
from tests.agents.language_model.smollm_server import MODEL, missing_packages, smollm_server

pytestmark = pytest.mark.slow

KEY = "sk-test-0123456789abcdef"
TYPED = "sk-typed-0123456789abcdef"  # a key where none belongs, which is refused
TOLD = " This is how it was measured."  # what the model adds to what code wrote, and nothing is wrong with it
LIE = "The accuracy rose by 42 percent, which is significant."
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

from agents.documents.document import Document, Paragraph, Section

def write(case, analyses, integration):
    text = "Of {{f:experiment.runs}} runs, {{f:experiment.runs.completed}} completed."
    section = Section(id="runs", title="Runs", blocks=(Paragraph(text=text),))
    return Document(kind="note", experiment_id=case.experiment_id, title="A note", sections=(section,))
'''
DOCUMENTS = ("analysis/performance_analysis", "reports/technical_report", "reports/write")
Says = Callable[[Mapping[str, Any]], Answer]  # from the data of a request


def told_anew(data: Mapping[str, Any]) -> Answer:
    """A model that words what it is asked for, and invents something in one place of the report."""
    prose = {at: text for at, text in data["texts"].items() if not at.endswith(("title", "caption", "alt"))}
    lies = {at: LIE for at in prose if at.startswith("sections.data.")}
    return says(json.dumps({"texts": {at: text + TOLD for at, text in prose.items()} | lies}))


def bad(data: Mapping[str, Any]) -> Answer:
    """A server with another fault for each document."""
    if data["document"]["kind"] == "technical_report":
        return says(json.dumps({"texts": dict.fromkeys(data["texts"], LIE)}))
    return says("{'texts': none at all") if data["document"]["kind"] == "note" else fails(500)


class Model:
    """What the lab's endpoint says; `says` may be exchanged between builds, which know the same address."""

    def __init__(self) -> None:
        self.says: Says = told_anew
        self.hangs_at = -1  # the number of the request that gets no answer
        self.is_hanging = threading.Event()
        self.server: ScriptedServer

    def __call__(self, body: Any) -> Answer:
        if len(self.server.requests) - 1 == self.hangs_at:
            self.is_hanging.set()
            return Answer(delay=600.0)
        return self.says(data_of(body))

    def overrides(self, *more: str) -> str:
        """What one build is given to use it."""
        wanted = ("agents=openai", f"agents.base_url={self.server.base_url}", "agents.attempts=1", *more)
        return f"overrides={' '.join(wanted)}"


def data_of(body: Any) -> dict[str, Any]:
    return dict(read_data_block(body["messages"][1]["content"]))


@pytest.fixture(scope="module", autouse=True)
def environ() -> Iterator[None]:
    """A key, which is nowhere but here, and an account with a name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", KEY)
        patch.setenv("USER", "annemarie")
        yield


@pytest.fixture(scope="module")
def lab(shared_lab: RealLab) -> RealLab:
    shared_lab.write("conf/experiment/study.yaml", STUDY)
    shared_lab.write("notes.py", NOTES)
    return shared_lab


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    one = Model()
    with scripted_server(one) as one.server:
        yield one


@pytest.fixture(scope="module")
def kept() -> dict[str, dict[str, str]]:
    """The texts of earlier builds, by a name for each."""
    return {}


def home(lab: RealLab) -> Path:
    return lab.root / "results/experiments/study"


def texts(lab: RealLab) -> dict[str, str]:
    return {name: (home(lab) / f"{name}.md").read_text("utf-8") for name in DOCUMENTS}


def record(lab: RealLab, document: str) -> dict[str, Any]:
    """What became of each text of a document."""
    return dict(lab.json(f"experiments/study/{document}.json")["wording"])


def ledger(lab: RealLab) -> dict[str, Any]:
    return dict(lab.json("experiments/study/analysis/ledger.json"))


def numbers(text: str) -> list[str]:
    """Those that lead to a fact."""
    return sorted(re.findall(r"\[([^\]]+)\]\(#fact-\d+\)", text))


def jobs(build: Build, rule: str) -> int:
    counted = re.search(rf"^ *{rule} +(\d+)", build.output, re.MULTILINE)
    return int(counted[1]) if counted else 0


def reported(lab: RealLab, given: str) -> dict[str, Any]:
    """The technical report alone, written again by its job; what became of each of its texts."""
    words = given.removeprefix("overrides=").split()
    assert lab.proband("compile", "study", *words).returncode == 0
    plan = plan_file(Lab(lab.root), words)
    job = lab.run(sys.executable, "-m", "rules.jobs.report", str(plan), "study", "technical_report")
    assert job.returncode == 0, job.stderr
    return record(lab, "reports/technical_report")


def built(build: Build) -> None:
    assert build.code == 0, build.output


def test_a_build_that_is_stopped_in_the_middle_of_a_call(lab: RealLab, model: Model) -> None:
    model.hangs_at = 1
    command = [sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--cores", "2", "study"]
    given = model.overrides("agents.model=scripted", f"agents.record={RECORDING}")
    with subprocess.Popen(
        [*command, "--config", given],
        cwd=lab.root,
        env=activated(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as driver:
        assert model.is_hanging.wait(120)
        os.killpg(driver.pid, signal.SIGINT)  # as a terminal does
        output, _ = driver.communicate(timeout=60)
    assert driver.returncode == 130, output
    assert b"Traceback" not in output
    assert ledger(lab)["unreported"] >= 1, "what the call took is not known, and not forgotten"


def test_the_next_build_goes_on_where_it_stopped(lab: RealLab, model: Model, kept: dict[str, dict[str, str]]) -> None:
    asked_before, before = len(model.server.requests), ledger(lab)
    build = lab.snakemake("study", "--config", model.overrides("agents.model=scripted", f"agents.record={RECORDING}"))
    built(build)
    assert build.trained == frozenset()
    answered = [json.dumps(one.body, sort_keys=True) for one in model.server.requests[: model.hangs_at]]
    again = [json.dumps(one.body, sort_keys=True) for one in model.server.requests[asked_before:]]
    assert set(again).isdisjoint(answered)
    assert len(set(again)) == len(again)
    for count in ("calls", "attempts"):
        assert ledger(lab)[count] - before[count] == len(again), "two jobs at once count in one ledger"
    kept["by the model"] = texts(lab)


def test_prose_is_the_models_where_the_reviewer_took_it(lab: RealLab, kept: dict[str, dict[str, str]]) -> None:
    for name, text in kept["by the model"].items():
        assert TOLD.strip() in text, name
        assert LIE not in text, name
    report = lab.json("experiments/study/reports/technical_report.json")
    assert report["objections"] == []
    by_outcome = report["wording"]["counts"]
    assert by_outcome["accepted"] > 10
    (refused,) = [one for one in report["wording"]["decisions"] if one["slot"].startswith("sections.data.blocks.0")]
    assert refused["outcome"] == "deterministic"
    assert {"digit", "comparative"} <= {one["rule"] for one in refused["objections"]}
    checked = lab.proband("check", "results/experiments/study/reports/technical_report.md", "--experiment", "study")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_what_was_said_is_counted_and_written_down(lab: RealLab) -> None:
    counted = ledger(lab)
    assert (counted["cost"], counted["failures"]) == ("unknown", {})
    answered = counted["attempts"] - counted["unreported"]
    assert (counted["tokens_in"], counted["tokens_out"]) == (10 * answered, 5 * answered)
    folder = home(lab) / "analysis/transcripts"
    written = {str(file.relative_to(folder)) for file in folder.rglob("*.jsonl")}
    assert written == {"analyses/performance_analysis.jsonl", "reports/technical_report.jsonl", "reports/write.jsonl"}
    for name in written:
        events = [json.loads(line)["event"] for line in (folder / name).read_text("utf-8").splitlines()]
        assert {"request", "reply", "decision"} <= set(events)


def test_it_is_asked_nothing_twice(lab: RealLab, model: Model, kept: dict[str, dict[str, str]]) -> None:
    asked_before, cached = len(model.server.requests), ledger(lab)["cached"]
    given = model.overrides("agents.model=scripted", f"agents.record={RECORDING}")
    build = lab.snakemake("study", "--forcerun", "report", "--config", given)
    built(build)
    assert jobs(build, "report") == 2
    assert len(model.server.requests) == asked_before
    assert ledger(lab)["cached"] > cached
    assert texts(lab) == kept["by the model"]


def test_an_edited_prompt_rewords_its_report_only(lab: RealLab, model: Model, kept: dict[str, dict[str, str]]) -> None:
    asked_before = len(model.server.requests)
    lab.write("notes.prompt.md", "# This document\n\nIs written in verse.\n")
    given = model.overrides("agents.model=scripted", f"agents.record={RECORDING}")
    build = lab.snakemake("study", "--config", given)
    built(build)
    assert (jobs(build, "report"), jobs(build, "analysis")) == (1, 0)
    asked = [one.body for one in model.server.requests[asked_before:]]
    assert {data_of(body)["document"]["kind"] for body in asked} == {"note"}
    assert all(body["messages"][0]["content"].endswith("Is written in verse.") for body in asked)
    assert texts(lab) == kept["by the model"], "this model has one style"


def test_what_would_be_sent_is_what_was_sent(lab: RealLab, model: Model) -> None:
    words = model.overrides("agents.model=scripted").removeprefix("overrides=").split()
    shown = lab.proband("explain", "study", *words, "--prompts", "--json")
    assert shown.returncode == 0, shown.stderr
    documents = json.loads(shown.stdout)["experiments"]["study"]
    assert {group: list(told) for group, told in documents.items()} == {
        "analyses": ["performance_analysis"],
        "reports": ["technical_report", "write"],
    }
    sent = [(one.body["messages"], one.body.get("tools", [])) for one in model.server.requests]
    for told in documents.values():
        for requests in told.values():
            assert all((one["messages"], one["tools"]) in sent for one in requests)


def test_what_would_be_sent_is_shown_without_what_is_private(lab: RealLab) -> None:
    shown = lab.proband("explain", "study", "--prompts")
    assert shown.returncode == 0, shown.stderr
    assert "# technical_report: request 1 of" in shown.stdout
    assert "# write: request 1 of 1" in shown.stdout
    host = cleaner(local_privacy({}))(platform.node())
    assert f"By <user> at {host}, kept in <path>" in shown.stdout
    for private in ("annemarie", str(Path.home() / "private"), KEY, str(lab.root)):
        assert private not in shown.stdout


def test_a_server_that_lies_and_fails_ends_with_finished_reports(
    lab: RealLab, model: Model, kept: dict[str, dict[str, str]]
) -> None:
    model.says = bad
    built(lab.snakemake("study", "--config", model.overrides("agents.model=bad")))
    kept["by a bad server"] = texts(lab)
    assert record(lab, "analysis/performance_analysis")["ended"].startswith("server_error: ")
    assert record(lab, "reports/write")["ended"].startswith("no_usable_answer: ")
    report = record(lab, "reports/technical_report")
    assert report["counts"] == {"deterministic": len(report["decisions"])}
    assert any(one["objections"] for one in report["decisions"])


def test_a_recording_says_the_same_without_a_server(
    lab: RealLab, model: Model, kept: dict[str, dict[str, str]]
) -> None:
    model.server.close()
    replayed = ledger(lab)["replayed"]
    built(lab.snakemake("study", "--config", f"overrides=agents=replay agents.replay={RECORDING}"))
    assert texts(lab) == kept["by the model"]
    assert ledger(lab)["replayed"] > replayed
    assert record(lab, "reports/technical_report")["ended"] == ""


def test_without_the_model_code_has_the_word_again(lab: RealLab, kept: dict[str, dict[str, str]]) -> None:
    built(lab.snakemake("study"))
    kept["by code"] = texts(lab)
    assert kept["by code"] == kept["by a bad server"]
    for name, text in kept["by code"].items():
        assert "wording" not in lab.json(f"experiments/study/{name}.json")
        assert TOLD.strip() not in text, name
        assert numbers(text) == numbers(kept["by the model"][name]), name


def test_nobody_at_the_address(lab: RealLab, model: Model, kept: dict[str, dict[str, str]]) -> None:
    told = reported(lab, model.overrides("agents.model=gone"))
    assert told["ended"].startswith("refused: cannot connect to http://127.0.0.1:")
    assert texts(lab) == kept["by code"]


WRONG = [
    pytest.param("agents=openai agents.modle=x", "overrides:1:15: the config has no key 'agents.modle'", id="key"),
    pytest.param("agents=openai", "agents.model: agents=openai needs a model: agents.model=NAME", id="no model"),
    pytest.param(f"+agents.api_key={TYPED}", "agents.api_key: a key must not be written in a config", id="api_key"),
]


@pytest.mark.parametrize(("overrides", "told"), WRONG)
def test_wrong_settings_are_told_before_anything_is_built(lab: RealLab, overrides: str, told: str) -> None:
    done = lab.proband("explain", "study", "--prompts", *overrides.split())
    assert done.returncode == 2
    assert told in done.stderr
    assert TYPED not in done.stderr


def test_a_build_with_wrong_settings_fails_and_says_why(lab: RealLab) -> None:
    build = lab.snakemake("study", "--config", f"overrides=+agents.api_key={TYPED}")
    assert build.code == 1
    assert build.output.count("warning: overrides:1:1: agents.api_key: a key must not be written in a config") == 1
    assert "study: not built, its spec is wrong" in build.output


def test_the_key_is_in_no_file(lab: RealLab, model: Model) -> None:
    assert {one.headers["authorization"] for one in model.server.requests} == {f"Bearer {KEY}"}
    files = [file for file in lab.root.rglob("*") if file.is_file()]
    assert len(files) > 100
    assert [str(file) for file in files if KEY.encode() in file.read_bytes()] == []
    ours = [file for file in files if ".snakemake" not in file.parts]  # its log has the command as it was typed
    assert [str(file) for file in ours if TYPED.encode() in file.read_bytes()] == []


@pytest.mark.skipif(bool(missing_packages()), reason=f"needs the packages {', '.join(missing_packages())}")
def test_a_real_model_ends_with_a_report_in_which_nothing_invented_stands(lab: RealLab) -> None:
    (home(lab) / "analysis/ledger.json").unlink()
    bounds = ("agents.max_tokens=48", "agents.budget.calls=8", "agents.timeout_seconds=200", "agents.attempts=1")
    with smollm_server() as base_url:
        chosen = ("agents=openai", f"agents.base_url={base_url}", f"agents.model={MODEL}", *bounds)
        told = reported(lab, " ".join(chosen))
    spent = ledger(lab)
    assert (spent["calls"], spent["cost"]) == (8, "unknown")
    assert 0 < spent["tokens_out"] <= 48 * spent["attempts"]
    assert told["model"] == MODEL
    assert told["ended"].startswith("budget: ")
    assert any(one["objections"] or one["text"] for one in told["decisions"]), "its words were read"
    assert lab.json("experiments/study/reports/technical_report.json")["objections"] == []
    checked = lab.proband("check", "results/experiments/study/reports/technical_report.md", "--experiment", "study")
    assert checked.returncode == 0, checked.stdout + checked.stderr
