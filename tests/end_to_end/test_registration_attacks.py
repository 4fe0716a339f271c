"""Claims that were chosen after their runs were known, in real builds: no output calls them registered before the runs.

Attacks that need no build are in tests/rules/results/evaluation.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.registration.chain import read_chain
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("registration")]

BASE, LATER = "conf/experiment/base.yaml", "conf/experiment/later.yaml"
SWEEP = "sweep: {model.lr: '0.001,0.01', seed: range(5)}"
LEVELS = "factor: model.lr, control: 0.001, treatment: 0.01"
COMPARE = f"compare: {{metric: accuracy, goal: maximize, {LEVELS}, alpha: 0.05, minimum_effect: 0.01}}"
REPORT = "reports: [technical_report]"


def base_spec(*more: str, sweep: str = SWEEP, compare: str = COMPARE) -> str:
    return spec("A rate of 0.01 gives a higher accuracy than 0.001.", "parent: null", sweep, compare, *more)


def build_base(lab: RealLab) -> None:
    lab.write(BASE, base_spec())
    build = lab.snakemake("base")
    assert build.exit_code == 0, build.output
    assert registration(lab)["standing"] == "confirmatory"


@pytest.fixture
def base(copy_of: CopyOf) -> RealLab:
    """A lab with a confirmatory verdict over ten runs."""
    return copy_of(build_base)


def registration(lab: RealLab, name: str = "base") -> dict[str, Any]:
    return dict(lab.json(f"experiments/{name}/results.json")["registration"])


def counts(lab: RealLab, name: str = "base") -> tuple[str, int, int]:
    content = registration(lab, name)
    return content["standing"], len(content["fresh_runs"]), len(content["known_runs"])


def verdicts(lab: RealLab, name: str = "base") -> tuple[str, str | None, bool]:
    """Return the verdict, that of the exploratory test, and whether the verdict is marked as post hoc."""
    results = lab.json(f"experiments/{name}/results.json")
    return results["verdict"], results["exploratory"] and results["exploratory"]["verdict"], results["post_hoc"]


def plain_text(markdown: str) -> str:
    """Return Markdown as a reader sees it: on one line, without links."""
    return " ".join(re.sub(r"\[([^][]*)\]\(#[^)]*\)", r"\1", markdown).split())


def test_peek_spec_over_shared_runs(base: RealLab) -> None:
    base.write(LATER, base_spec(REPORT, compare=COMPARE.replace("0.01}", "0.04}")).replace("A rate", "My rate"))
    for command in ("compile", "explain"):
        assert "10 of 10 runs are known already" in base.proband(command, "later").stdout
    build = base.snakemake("later")
    assert build.trained == frozenset()
    assert counts(base, "later") == ("exploratory", 0, 10)
    assert verdicts(base, "later") == ("untestable", "supported", True)
    for words in (("status", "later"), ("tree",)):
        assert "untestable (exploratory)" in base.proband(*words).stdout
    texts = [file.read_text() for file in (base.root / "results/experiments/later/reports").glob("*.md")]
    assert texts
    assert all("10 runs were known before the registration" in plain_text(text) for text in texts)
    assert not [text for text in texts if "before any run" in text.lower()]
    assert base.json("experiments/base/results.json")["post_hoc"] is False


def test_deleted_registration_json_and_deleted_run_folders(base: RealLab) -> None:
    shutil.rmtree(base.root / "results/experiments/base")
    shutil.rmtree(base.root / "results/runs")
    base.edit(BASE, "minimum_effect: 0.01", "minimum_effect: 0.03")
    build = base.snakemake("base")
    assert len(build.trained) == 10, build.output
    assert counts(base) == ("exploratory", 0, 10)
    assert registration(base)["looks"] == 1


def test_deleted_chain_leaves_no_confirmatory_verdict(base: RealLab) -> None:
    Lab(base.root).registrations.unlink()
    (base.root / "results/experiments/base/registration.json").unlink()
    assert base.proband("verify").returncode == 1
    build = base.snakemake("base")
    assert "results.json: cites an entry that is not in registrations.jsonl" in build.output
    assert counts(base) == ("exploratory", 0, 10)


def test_renamed_file(base: RealLab) -> None:
    (base.root / BASE).rename(base.root / LATER)
    shutil.rmtree(base.root / "results/experiments/base")
    base.snakemake("later")
    assert counts(base, "later") == ("exploratory", 0, 10)


def test_changed_claim_and_change_back(base: RealLab) -> None:
    text = (base.root / BASE).read_text()
    base.edit(BASE, "gives a higher", "gives a lower")
    base.snakemake("base")
    assert counts(base) == ("exploratory", 0, 10)
    base.write(BASE, text)
    build = base.snakemake("base")
    assert build.exit_code == 0, build.output
    assert counts(base) == ("confirmatory", 10, 0)
    assert verdicts(base) == ("supported", None, False)
    entries = read_chain(Lab(base.root).registrations).registrations_of("base")
    assert [entry.claim == entries[0].claim for entry in entries] == [True, False, True]


def test_extended_seeds_after_a_look(base: RealLab) -> None:
    base.edit(BASE, "range(5)", "range(7)")
    base.snakemake("base")
    assert counts(base) == ("exploratory", 4, 10)
    assert registration(base)["looks"] == 1
    assert "1 earlier look" in registration(base)["reason"] or "too few" in registration(base)["reason"]


def test_overrides_of_a_build_do_not_replace_the_registered_test(base: RealLab) -> None:
    overrides = "experiment.compare.minimum_effect=0 experiment.compare.alpha=0.2"
    build = base.snakemake("base", "--config", f"overrides={overrides}")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert counts(base) == ("exploratory", 0, 10)


def test_runs_trained_by_hand_are_known_and_fresh_seeds_are_not(base: RealLab) -> None:
    """The proposal follows a look at runs of base, so it chooses seeds that no finished run has used."""
    trained = base.train("experiment=base", "seed=5")
    assert trained.exit_code == 0, trained.output
    fresh = COMPARE.replace("compare: {", "compare: {fresh_seeds: true, ")
    base.write(LATER, base_spec(compare=fresh))
    build = base.snakemake("later")
    assert build.exit_code == 0, build.output
    seeds = {run["overrides"]["seed"] for run in base.runs("later")}
    assert seeds == {6, 7, 8, 9, 10}
    assert counts(base, "later") == ("confirmatory", 10, 0)
    again = base.snakemake("later")
    assert "Nothing to be done" in again.output
    assert {run["overrides"]["seed"] for run in base.runs("later")} == seeds


def test_run_shared_with_a_baseline_leaves_the_others_as_evidence(tmp_path_factory: pytest.TempPathFactory) -> None:
    lab = RealLab(tmp_path_factory.mktemp("shared"))
    lab.write(BASE, base_spec(sweep=SWEEP.replace("0.001,0.01", "0.001,0.003,0.01")))
    lab.write("conf/experiment/single.yaml", spec("One run.", "parent: null", more="model: {lr: 0.001}\n"))
    assert lab.snakemake("single").exit_code == 0
    line = "1 of 15 runs is known already: the test will rest on 14"
    assert line in lab.proband("explain", "base").stdout
    build = lab.snakemake("base")
    assert build.exit_code == 0, build.output
    assert counts(lab) == ("confirmatory", 14, 1)
    assert verdicts(lab)[0] == "supported"
    arms = {arm["level"]: arm["n"] for arm in lab.json("experiments/base/results.json")["comparison"]["arms"]}
    assert (arms["0.001"], arms["0.01"]) == (4, 5)


def test_chain_names_the_commit_and_whether_it_contains_the_spec(base: RealLab) -> None:
    for words in (["init", "-q"], ["add", BASE], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "m"]):
        assert base.run("git", *words).returncode == 0
    base.write(LATER, base_spec(compare=COMPARE.replace("0.01}", "0.02}")))
    base.edit(BASE, "gives a higher", "gives a much higher")
    base.snakemake("base", "later")
    lines = (base.root / "results/registrations.jsonl").read_text().splitlines()
    latest = {entry["experiment_id"]: entry for entry in map(json.loads, lines) if entry["kind"] == "registration"}
    assert {name: entry["git"]["spec_committed"] for name, entry in latest.items()} == {"base": False, "later": False}
    assert latest["base"]["claims"] == [
        "mean accuracy at model.lr=0.01 exceeds that at model.lr=0.001 by more than 0.01"
    ]
