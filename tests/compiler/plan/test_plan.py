"""Equal labs have byte-identical plans. A plan is compiled again only if its inputs changed or its files are damaged."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import run_id
from compiler.base.json_files import compact_json, read_json, write_json
from compiler.base.paths import Lab
from compiler.plan import compile_lab as lab_module
from compiler.plan import print_plan
from compiler.plan.compile_lab import Outcome, compile_lab
from compiler.plan.digests import digests
from compiler.plan.model import Plan, read_plan
from compiler.plan.plan_files import current_plan, digest_folder, plan_file
from compiler.plan.planned_run import read_run_job
from compiler.registration.claim import claim_digest
from compiler.spec.core_config import RESOURCES
from compiler.tracking.choice import OLD_MODES
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab

RUNS = {
    (0.1, 0): "7a63831ad313",
    (0.1, 1): "b6f7cbf72a6e",
    (0.2, 0): "eeab0b0def71",
    (0.2, 1): "750b419344d8",
}


@pytest.fixture(scope="module")
def small_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """The small lab with its plan. Tests must not change it."""
    lab = write_lab(tmp_path_factory.mktemp("lab"), FILES)
    current_plan(lab)
    return lab


@pytest.fixture
def plan(small_lab: Lab) -> dict[str, Any]:
    content: dict[str, Any] = read_json(small_lab.state / "plan.json")
    return content


@pytest.fixture(scope="module")
def outcome(small_lab: Lab) -> Outcome:
    return compile_lab(small_lab)


_WITH_PATHS = (".inputs.json", ".specs.json")


def files_of(lab: Lab) -> dict[str, bytes]:
    """Return all files that compiling wrote, except those that contain the path of the lab."""
    files = (file for file in lab.state.rglob("*") if file.is_file() and file.suffix != ".lock")
    return {
        str(file.relative_to(lab.state)): file.read_bytes() for file in files if not file.name.endswith(_WITH_PATHS)
    }


def test_equal_labs_in_different_folders_have_equal_plans(small_lab: Lab, tmp_path: Path) -> None:
    deeper = write_lab(tmp_path / "another" / "folder with a space", dict(reversed(FILES.items())))
    current_plan(deeper)
    assert files_of(deeper) == files_of(small_lab)
    assert str(small_lab.root).encode() not in b"".join(files_of(small_lab).values())


def test_plan_entry_of_an_experiment_is_complete(plan: dict[str, Any]) -> None:
    lr = plan["experiments"]["lr"]
    checks = {name: deliverable.pop("check") for name, deliverable in lr["deliverables"].items()}
    assert all(re.fullmatch("[0-9a-f]{12}", check) for check in checks.values())
    good = {
        "type": "evaluation_results",
        "name": "good",
        "path": "output/eval_results.json",
        "validation": "threshold",
        "required": True,
        "over": "best",
        "metric": "accuracy",
        "operator": ">=",
        "value": 0.5,
    }
    config = {
        "type": "config",
        "path": "config.json",
        "validation": "matches_expected",
        "required": True,
        "over": "all",
    }
    compare = {
        "metric": "accuracy",
        "goal": "maximize",
        "factor": "model.lr",
        "control": 0.1,
        "alpha": 0.05,
        "minimum_effect": 0.0,
        "paired": False,
        "on_failure": "worst",
        "block": [],
        "aggregate": "mean",
        "generalize_to": ["seed"],
        "order": "holm",
    }
    claim = {
        "type": "superiority",
        "treatment": 0.2,
        "margin": 0.0,
        "metric": "accuracy",
        "goal": "maximize",
        "factors": [],
        "primary": True,
        "text": "mean accuracy at model.lr=0.2 exceeds that at model.lr=0.1",
    }
    planned_runs = [RUNS[lr, seed] for lr in (0.1, 0.2) for seed in (0, 1)]
    assert lr.pop("claim") == claim_digest(lr["promise"], planned_runs, None)
    assert lr == {
        "seeds": None,
        "warnings": [],
        "file": "conf/experiment/lr.yaml",
        "is_own": True,
        "on_request": False,
        "spec": {
            "experiment_id": "lr",
            "name": "lr",
            "description": "",
            "hypothesis": "More is more.",
            "research_question": "",
            "parent": "one",
            "rationale": "",
            "config": {},
            "sweep": {"model.lr": "0.1,0.2", "seed": "range(2)"},
            "compare": compare | {"fresh_seeds": False},
            "claims": [],
            "metric_splits": {},
            "deliverables": [
                {"type": "config"},
                {"type": "evaluation_results", "metric": "accuracy", "operator": ">=", "value": 0.5, "over": "best", "name": "good"},
            ],
            "analysis_pipeline": [],
            "reports": [],
            "metadata": {"priority": "medium", "tags": []},
            "on_request": False,
            "exploratory": False,
            "on_gate": "stop",
        },
        "promise": {
            "hypothesis": "More is more.",
            "research_question": "",
            "compare": compare | {"treatment": 0.2, "worst": None, "looks": None, "claims": [claim]},
            "deliverables": {"config": config, "good": good},
            "planned": {"points": 4, "runs": 4, "levels": {"0.1": 2, "0.2": 2}},
        },
        "parameters": {
            "data._target_": "builtins.dict",
            "data.path": "data/rows.csv",
            "model._target_": "nets.Net",
            "model.lr": [0.1, 0.2],
            "model.width": 0,
            "seed": [0, 1],
            "trainer._target_": "builtins.dict",
            "trainer.max_epochs": 1,
        },
        "points": [
            {"name": f"model.lr={lr},seed={seed}", "overrides": {"model.lr": lr, "seed": seed}, "run": RUNS[lr, seed]}
            for lr in (0.1, 0.2)
            for seed in (0, 1)
        ],
        "deliverables": {
            "config": {"spec": config, "scope": "run"},
            "good": {"spec": good, "scope": "run"},
        },
        "search": None,
        "analyses": {},
        "reports": {},
        "agents": {},
        "tracking": "disabled",
        "tracker": "wandb",
        "datasets": [{"name": "rows", "groups": [], "licence": None, "personal_data": None, "human_subjects": None}],
    }  # fmt: skip


def test_plan_lists_each_run_with_data_resources_and_experiments(plan: dict[str, Any]) -> None:
    runs_of_lr = {run_id: run for run_id, run in plan["runs"].items() if run_id in RUNS.values()}
    assert list(plan["runs"]) == sorted(plan["runs"])
    assert len({run.pop("fingerprint") for run in runs_of_lr.values()}) == 1
    resources = RESOURCES | {"cpus": 2, "mem_mb": 500}
    shared = {"data": ["data/rows.csv"], "resources": resources, "experiments": ["lr"]}
    assert runs_of_lr == dict.fromkeys(RUNS.values(), shared) | {RUNS[0.1, 0]: shared | {"experiments": ["lr", "one"]}}


def test_plan_contains_steps_data_genealogy_and_versions(plan: dict[str, Any]) -> None:
    other_keys = {"schema_version", "overrides", "steps", "background", "broken"}
    assert plan.keys() == other_keys | {"experiments", "runs", "data", "genealogy"}
    assert plan["steps"].keys() == {"facts", "agenda", "integration", "quality_review"}
    assert plan["background"].keys() == {"library", "baseline"}
    assert (plan["schema_version"], plan["overrides"], plan["broken"]) == (1, [], {})
    assert plan["data"]["data/rows.csv"] == "aa11"
    assert [entry["parent_experiment"] for entry in plan["genealogy"] if entry["experiment_id"] == "lr"] == ["one"]


@pytest.mark.parametrize("modes", [("none", "offline"), ("offline", "disabled"), ("online", "offline")])
def test_shared_run_is_tracked_as_much_as_the_experiment_that_asks_for_most(
    modes: tuple[str, str], tmp_path: Path
) -> None:
    specs = {
        name: spec(f"experiment: {{hypothesis: H.}}\ntracking: {{mode: {mode}}}\n")
        for name, mode in zip("ab", modes, strict=True)
    }
    lab = write_lab(tmp_path, FILES | specs)
    plan = current_plan(lab)
    (run,) = plan.experiments["a"].runs
    assert plan.experiments["b"].runs == [run]
    assert read_run_job(lab.run_job(run)).config["tracking"]["mode"] == max(
        modes, key=["none", "disabled", "offline", "online"].index
    )
    assert [plan.experiments[name].tracking for name in "ab"] == [OLD_MODES.get(mode, mode) for mode in modes]


@pytest.mark.parametrize("experiment", ["a", "b"])
def test_project_of_a_wandb_run_is_that_of_the_runs_and_no_part_of_the_run_id(experiment: str, tmp_path: Path) -> None:
    def text(deliverables: str) -> str:
        tracking = "tracking: {mode: offline, project: proband}"
        return spec(f"experiment: {{hypothesis: H., deliverables: [{deliverables}]}}\n{tracking}\n")

    specs = dict.fromkeys("ab", text("{type: config}"))
    (expected,) = current_plan(write_lab(tmp_path / "plain", FILES | specs)).experiments["a"].runs
    specs[experiment] = text("{type: wandb_run, project: research, run_id: auto-generated}")
    lab = write_lab(tmp_path / "lab", FILES | specs)
    assert current_plan(lab).experiments["a"].runs == [expected]
    assert read_run_job(lab.run_job(expected)).config["tracking"] == {"mode": "offline", "project": "research"}


def test_tracking_of_an_experiment_is_an_input_of_the_step_that_tracks_its_runs(tmp_path: Path) -> None:
    def runs_digest(mode: str) -> str:
        text = spec(f"experiment: {{hypothesis: H.}}\ntracking: {{mode: {mode}}}\n")
        return digests(current_plan(write_lab(tmp_path, FILES | {"a": text})))["a/runs"]

    assert len({runs_digest(mode) for mode in ("none", "offline", "online")}) == 3


def test_run_job_contains_the_resolved_config_and_the_data_versions(small_lab: Lab, plan: dict[str, Any]) -> None:
    job = read_json(small_lab.run_job(RUNS[0.2, 1]))
    config = {
        "seed": 1,
        "data": {"_target_": "builtins.dict", "path": "data/rows.csv"},
        "model": {"_target_": "nets.Net", "lr": 0.2, "width": 1},
        "trainer": {"_target_": "builtins.dict", "max_epochs": 1, "devices": 1},
        "tracking": {"mode": "disabled"},
        "resources": {"cpus": 2, "mem_mb": 500},
    }
    assert job == {
        "schema_version": 1,
        "run_id": RUNS[0.2, 1],
        "config": config,
        "data": {"data/rows.csv": "aa11"},
        "fingerprint": plan["runs"][RUNS[0.2, 1]]["fingerprint"],
        "resources": RESOURCES | {"cpus": 2, "mem_mb": 500},
        "experiments": ["lr"],
    }
    assert run_id(config, job["data"]) == RUNS[0.2, 1]


def test_digest_of_every_step_is_written(small_lab: Lab, plan: dict[str, Any]) -> None:
    folder = digest_folder(small_lab.state / "plan.json")
    written = {file.relative_to(folder).with_suffix("").as_posix(): file.read_text() for file in folder.rglob("*.txt")}
    assert written == {name: f"{text}\n" for name, text in digests(Plan.from_json(plan)).items()}
    assert {"genealogy", "lr/runs", "lr/experiment", "lr/deliverables/config", "lr/deliverables/good"} <= written.keys()


DIGESTS = {
    "a hypothesis": ("hypothesis: More is more.", "hypothesis: Less is.", {"genealogy", "lr/experiment"}),
    "a threshold": ("value: 0.5", "value: 0.6", {"lr/experiment", "lr/deliverables/good"}),
    "the comparison": ("control: 0.1", "control: 0.2", {"lr/experiment", "lr/deliverables/good"}),
    "the sweep": ("range(2)", "range(3)", {"genealogy", "lr/runs", "lr/experiment", "lr/deliverables/good", "lr/deliverables/config"}),
    "a comment": ("experiment:", "experiment:  # why", set()),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "changed"), DIGESTS.values(), ids=DIGESTS)
def test_digest_changes_if_and_only_if_an_input_of_its_step_changes(
    before: str, after: str, changed: set[str], plan: dict[str, Any], tmp_path: Path
) -> None:
    text = str(FILES["lr"])
    assert before in text
    new = digests(current_plan(write_lab(tmp_path, FILES | {"lr": text.replace(before, after)})))
    old = digests(Plan.from_json(plan))
    assert {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)} == changed


class CountingCompiler:
    """Replaces `compile_lab`: returns a given outcome and counts its calls."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.calls = outcome, 0

    def __call__(self, lab: Lab, overrides: Sequence[str], stored: object = None, hashes: object = None) -> Outcome:
        self.calls += 1
        return self.outcome


EDITS: dict[str, tuple[Callable[[Path], object], bool]] = {
    "nothing": (lambda root: None, False),
    "a spec with a new modification time": (lambda root: os.utime(root / "conf/experiment/lr.yaml"), False),
    "a spec written again unchanged": (lambda root: write_lab(root, {"lr": FILES["lr"]}), False),
    "a spec": (lambda root: write_lab(root, {"lr": str(FILES["lr"]) + "# more\n"}), True),
    "a new spec": (lambda root: write_lab(root, {"two": FILES["one"]}), True),
    "a spec removed": (lambda root: (root / "conf/experiment/one.yaml").unlink(), True),
    "a spec renamed": (lambda root: (root / "conf/experiment/one.yaml").rename(root / "conf/experiment/1.yaml"), True),
    "a group": (lambda root: write_lab(root, {"conf/model/net.yaml": "_target_: nets.Net\nlr: 0.3\n"}), True),
    "the data lock": (lambda root: write_lab(root, {"dvc.lock": "stages: {}\n"}), True),
    "data added": (lambda root: write_lab(root, {"data/new.dvc": "outs: [{path: new, md5: a}]\n"}), True),
    "the target's code": (lambda root: write_lab(root, {"nets.py": "class Net: ...\n"}), True),
    "code that the target imports": (lambda root: write_lab(root, {"layers.py": "class Layer: '''Thin.'''\n"}), True),
    "code that no target imports": (lambda root: write_lab(root, {"others.py": "x = 1\n"}), False),
    "code removed": (lambda root: (root / "layers.py").unlink(), True),
    "results": (lambda root: write_lab(root, {"results/runs/x/status.json": "{}"}), False),
    "a text in conf": (lambda root: write_lab(root, {"conf/notes.txt": "hello"}), False),
}


@pytest.mark.parametrize(("edit", "is_compiled_again"), EDITS.values(), ids=EDITS)
def test_plan_is_compiled_again_if_and_only_if_its_inputs_change(
    edit: Callable[[Path], object],
    is_compiled_again: bool,
    small_lab: Lab,
    outcome: Outcome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = write_lab(tmp_path, FILES)
    sources = frozenset(
        lab.root / file.name for file in outcome.sources if file.is_relative_to(small_lab.root.resolve())
    )
    compiler = CountingCompiler(Outcome(outcome.compilation, outcome.diagnostics, sources))
    monkeypatch.setattr(lab_module, "compile_lab", compiler)
    first = current_plan(lab)
    assert compiler.calls == 1
    edit(lab.root)
    assert current_plan(lab) == first
    assert compiler.calls == 1 + is_compiled_again


def test_environment_variable_in_a_config_is_an_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = spec("experiment: {hypothesis: H.}\nmodel: {lr: '${oc.decode:${oc.env:MY_RATE}}'}\n")
    lab = write_lab(tmp_path, FILES | {"one": text, "conf/environment.yaml": "variables: [MY_RATE]\n"})
    rates = []
    for rate in ("0.5", "0.5", "0.25"):
        monkeypatch.setenv("MY_RATE", rate)
        plan = current_plan(lab)
        rates.append(plan.experiments["one"].parameters["model.lr"])
    assert rates == [0.5, 0.5, 0.25]


def test_broken_spec_is_compiled_again_when_its_missing_module_is_added(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, FILES | {"one": spec("experiment: {hypothesis: H.}\nmodel: {_target_: later.Net}\n")})
    assert "there is no module 'later'" in current_plan(lab).broken["one"][0]
    write_lab(tmp_path, {"later.py": "class Net:\n    def __init__(self, lr, width): ...\n"})
    assert current_plan(lab).broken == {}


def test_a_plan_is_compiled_again_when_a_module_that_the_model_imports_is_added(tmp_path: Path) -> None:
    """Otherwise the plan is not what the specs compile to, and nothing can be built after the module is written."""
    model = "import added_later\nclass Net:\n    def __init__(self, lr=1, width=3): ...\n"
    body = "experiment: {hypothesis: H.}\nmodel: {_target_: importer.Net}\n"
    lab = write_lab(tmp_path, FILES | {"importer.py": model, "one": spec(body)})
    (before,) = current_plan(lab).experiments["one"].runs
    fingerprint = current_plan(lab).runs[before].fingerprint
    write_lab(tmp_path, {"added_later.py": "x = 1\n"})
    assert current_plan(lab).runs[before].fingerprint != fingerprint


def edit_run(lab: Lab, **changes: Any) -> None:
    """Change the config of a run under its old id."""
    content = read_json(lab.run_job(RUNS[0.1, 0]))
    write_json(lab.run_job(RUNS[0.1, 0]), content | changes)


def edit_plan(lab: Lab, old: str, new: str) -> None:
    text = (lab.state / "plan.json").read_text()
    assert old in text
    (lab.state / "plan.json").write_text(text.replace(old, new))


def hash_again(lab: Lab, forge: Callable[[Lab], object]) -> None:
    """Change files of the plan, and make the recorded hashes agree with them."""
    forge(lab)
    inputs = read_json(lab.state / "plan.inputs.json")
    written = {name: sha256_of_file(lab.state / name) for name in inputs["written"]}
    plan = sha256_of_file(lab.state / "plan.json")
    write_json(lab.state / "plan.inputs.json", inputs | {"written": written, "plan": plan})


FORGERIES: dict[str, Callable[[Lab], object]] = {
    "another rate under the same id": lambda lab: edit_run(lab, config={"model": {"lr": 0.5}}),
    "other data under the same id": lambda lab: edit_run(lab, data={}),
    "another id": lambda lab: edit_run(lab, run_id=RUNS[0.2, 0]),
    "no config": lambda lab: edit_run(lab, config=None),
    "a run that is no object": lambda lab: lab.run_job(RUNS[0.1, 0]).write_text("[]"),
    "a point that names another run": lambda lab: edit_plan(
        lab, f'"run": "{RUNS[0.1, 1]}"', f'"run": "{RUNS[0.2, 1]}"'
    ),
    "a point that names no run": lambda lab: edit_plan(lab, f'"run": "{RUNS[0.1, 1]}"', '"run": "000000000000"'),
    "another fingerprint": lambda lab: edit_plan(lab, '"fingerprint": "', '"fingerprint": "0'),
    "a plan without experiments": lambda lab: (lab.state / "plan.json").write_text("{}"),
}
DAMAGE: dict[str, Callable[[Lab], object]] = {
    "no plan": lambda lab: (lab.state / "plan.json").unlink(),
    "a truncated plan": lambda lab: (lab.state / "plan.json").write_text('{"experiments": {'),
    "another plan": lambda lab: (lab.state / "plan.json").write_text("{}"),
    "an empty plan": lambda lab: (lab.state / "plan.json").write_text(""),
    "no inputs": lambda lab: (lab.state / "plan.inputs.json").unlink(),
    "truncated inputs": lambda lab: (lab.state / "plan.inputs.json").write_text('{"sources": ['),
    "other inputs": lambda lab: (lab.state / "plan.inputs.json").write_text("[]"),
    "inputs that are no text": lambda lab: (lab.state / "plan.inputs.json").write_bytes(b"\xff\xfe"),
    "no config of a run": lambda lab: lab.run_job(RUNS[0.1, 0]).unlink(),
    "no digest": lambda lab: (digest_folder(lab.state / "plan.json") / "lr/runs.txt").unlink(),
    "nothing at all": lambda lab: [file.unlink() for file in lab.state.rglob("*") if file.is_file()],
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("consistent", [False, True], ids=["alone", "with the recorded hashes"])
def test_forged_plan_is_compiled_again(forge: Callable[[Lab], object], consistent: bool, small_lab: Lab) -> None:
    before = files_of(small_lab)
    if consistent:
        hash_again(small_lab, forge)
    else:
        forge(small_lab)
    assert files_of(small_lab) != before
    current_plan(small_lab)
    assert files_of(small_lab) == before


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_plan_is_written_again(damage: Callable[[Lab], object], small_lab: Lab) -> None:
    before = files_of(small_lab)
    damage(small_lab)
    current_plan(small_lab)
    assert files_of(small_lab) == before


def test_each_set_of_overrides_has_its_own_plan(small_lab: Lab) -> None:
    before = files_of(small_lab)
    overridden = current_plan(small_lab, ["trainer.max_epochs=9"])
    assert overridden.overrides == ("trainer.max_epochs=9",)
    assert overridden.experiments["lr"].parameters["trainer.max_epochs"] == 9
    assert not set(overridden.experiments["lr"].runs) & set(RUNS.values())
    file = plan_file(small_lab, ["trainer.max_epochs=9"])
    assert json.loads(file.read_text()) == overridden.to_json()
    assert file != plan_file(small_lab, []) != plan_file(small_lab, ["trainer.max_epochs=8"])
    assert {name: content for name, content in files_of(small_lab).items() if name in before} == before


def test_wrong_overrides_do_not_change_the_plan(small_lab: Lab) -> None:
    before = files_of(small_lab)
    with pytest.raises(CompileError):
        current_plan(small_lab, ["seed=1,2"])
    assert files_of(small_lab) == before


def test_spec_on_request_is_marked(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, FILES | {"big": spec("experiment: {hypothesis: H., on_request: true}")})
    assert current_plan(lab).experiments["big"].on_request is True


def test_reading_and_writing_a_plan_or_run_job_keeps_every_byte(small_lab: Lab, tmp_path: Path) -> None:
    write_json(tmp_path / "plan.json", read_plan(small_lab.state / "plan.json").to_json())
    assert (tmp_path / "plan.json").read_bytes() == (small_lab.state / "plan.json").read_bytes()
    for file in (small_lab.state / "runs").iterdir():
        assert compact_json(read_run_job(file).to_json()) == file.read_bytes()


def test_print_plan_prints_the_plan_of_the_working_directory(
    small_lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small_lab.root)
    assert print_plan.main() == 0
    assert json.loads(capsys.readouterr().out) == read_json(small_lab.state / "plan.json")


def test_print_plan_prints_an_error_that_all_experiments_share(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Lab) -> None:
        raise CompileError([Diagnostic("conf/config.yaml", 1, 1, "", "is wrong")])

    monkeypatch.setattr(print_plan, "current_plan", fail)
    assert print_plan.main() == 2
    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "conf/config.yaml:1:1: is wrong\n")


def test_spec_that_is_added_during_a_compilation_is_compiled_by_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = write_lab(tmp_path, FILES)

    def compile_and_add(*arguments: Any) -> Outcome:
        outcome = compile_lab(*arguments)
        write_lab(lab.root, {"added": FILES["one"]})
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr(lab_module, "compile_lab", compile_and_add)
        assert "added" not in current_plan(lab).experiments
    assert "added" in current_plan(lab).experiments
