"""The Python API on labs that were never built, half built, damaged or read-only, and from any folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra

import proband
from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE, Lab
from compiler.plan.plan_files import plan_without_writing
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab


@pytest.fixture(scope="module")
def unbuilt(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return write_lab(tmp_path_factory.mktemp("unbuilt"), FILES)


@pytest.fixture(scope="module")
def half_built(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a completed run, a failed run, results, facts and histories, of which some are damaged."""
    lab = write_lab(tmp_path_factory.mktemp("half"), FILES)
    plan = plan_without_writing(lab)
    done, failed, torn, _ = plan.experiments["lr"].runs
    for run, status in {done: "completed", failed: "failed", torn: "completed"}.items():
        error = {"kind": "crash", "message": "out of luck"} if status == "failed" else None
        write_json(lab.status(run), {"status": status, "error": error})
        write_json(lab.run(run) / "provenance.json", {"fingerprint": plan.runs[run].fingerprint})
    write_json(lab.run(done) / "output/eval_results.json", {"accuracy": 0.75})
    (lab.run(done) / "output/history.csv").write_text("epoch,step,loss\n0,0,1.5\n0,1,1.25\n", encoding="utf-8")
    (lab.run(torn) / "output").mkdir()
    (lab.run(torn) / "output/history.csv").write_text("", encoding="utf-8")
    comparison = {"claims": [{"text": "more is more", "verdict": "supported"}], "reason": "Clear."}
    registration = {"standing": "exploratory", "reason": "known before"}
    results = {"verdict": "supported", "comparison": comparison, "registration": registration}
    write_json(lab.results_file("lr"), results)
    fact = {"id": "experiment.runs", "value": 4, "unit": "runs", "n": 4, "source": {"file": "results.json"}}
    lab.facts("lr").write_text(json.dumps(fact) + "\n{torn", encoding="utf-8")
    return lab


def files_of(lab: Lab) -> set[str]:
    return {str(file.relative_to(lab.root)) for file in lab.root.rglob("*")}


def test_unbuilt_experiment_has_empty_tables_with_columns_and_no_verdict(unbuilt: Lab) -> None:
    experiment = proband.load("lr", lab=unbuilt.root)
    assert list(experiment.runs["state"]) == ["waiting"] * 4
    assert list(experiment.runs["model.lr"]) == [0.1, 0.1, 0.2, 0.2]
    assert list(experiment.facts.columns)[:3] == ["id", "value", "unit"]
    assert list(experiment.history.columns) == ["run", "point", "epoch", "step"]
    assert (len(experiment.facts), len(experiment.history)) == (0, 0)
    assert (experiment.verdict, experiment.results) == (None, None)
    with pytest.raises(proband.Error, match="its runs: 4 waiting"):
        _ = experiment.best


def test_loading_and_reading_write_nothing(unbuilt: Lab) -> None:
    before = files_of(unbuilt)
    experiment = proband.load("lr", lab=unbuilt.root)
    assert experiment.runs is not None
    assert experiment.history is not None
    assert files_of(unbuilt) == before


def test_half_built_experiment_shows_what_is_there(half_built: Lab) -> None:
    experiment = proband.load("lr", lab=half_built.root)
    assert list(experiment.runs["state"]) == ["done", "failed", "done", "waiting"]
    assert experiment.runs["accuracy"].isna().tolist() == [False, True, True, True]
    assert experiment.best.metrics == {"accuracy": 0.75}
    assert experiment.best.points == ("model.lr=0.1,seed=0",)
    assert experiment.hypothesis == "More is more."
    with pytest.warns(UserWarning, match=r"facts.jsonl:2: is not JSON"):
        assert experiment.facts["value"].tolist() == [4]
    with pytest.warns(UserWarning, match=r"history.csv: is not readable"):
        assert experiment.history["loss"].tolist() == [1.5, 1.25]


def test_verdict_has_its_standing(half_built: Lab) -> None:
    verdict = proband.load("lr", lab=half_built.root).verdict
    assert verdict is not None
    assert (str(verdict), verdict.name, verdict.is_confirmatory) == ("supported (exploratory)", "supported", False)
    assert verdict.claims == (("more is more", "supported"),)
    assert (verdict.reason, verdict.standing_reason) == ("Clear.", "known before")


def test_run_is_selected_by_point_or_id(half_built: Lab) -> None:
    experiment = proband.load("lr", lab=half_built.root)
    run = experiment.run("model.lr=0.1,seed=1")
    assert (run.state, run.reason) == ("failed", "crash: out of luck")
    assert run.error is not None
    assert run.error["kind"] == "crash"
    assert experiment.run(run.id[:8]).id == run.id


@pytest.mark.parametrize("content", ["{}", "[]", '{"verdict": 3, "comparison": []}', "{torn"], ids=str)
def test_damaged_results_have_no_verdict(tmp_path: Path, content: str) -> None:
    lab = write_lab(tmp_path, FILES)
    lab.results_file("lr").parent.mkdir(parents=True)
    lab.results_file("lr").write_text(content, encoding="utf-8")
    assert proband.load("lr", lab=lab.root).verdict is None


@pytest.mark.parametrize(
    ("experiment", "message"),
    [
        pytest.param("lrr", "no experiment is called 'lrr'", id="misspelt"),
        pytest.param("../lr", "no experiment is called '../lr'", id="path"),
        pytest.param("", "no experiment is called ''", id="empty"),
        pytest.param("bad", "unknown key 'hypotesis'", id="does not compile"),
    ],
)
def test_unknown_experiment_is_an_error_of_the_package(tmp_path: Path, experiment: str, message: str) -> None:
    write_lab(tmp_path, FILES | {"bad": spec("experiment: {hypotesis: Much.}\n")})
    with pytest.raises(proband.Error, match="(?s)" + message.replace(".", r"\.")):
        proband.load(experiment, lab=tmp_path)


def test_lab_is_the_nearest_folder_above_the_current_one(unbuilt: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    (unbuilt.root / "notebooks" / "deep").mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(unbuilt.root / "notebooks" / "deep")
    assert proband.load("one").lab == unbuilt.root.resolve()
    assert proband.experiments() == ["lr", "one"]


def test_folder_that_is_no_lab_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(proband.Error, match="is a lab"):
        proband.load("one")
    with pytest.raises(proband.Error, match="proband init"):
        proband.load("one", lab=tmp_path)
    with pytest.raises(proband.Error, match="there is no such folder"):
        proband.load("one", lab=tmp_path / "missing")


def test_two_labs_in_one_process_do_not_mix(unbuilt: Lab, half_built: Lab) -> None:
    first, second = proband.load("lr", lab=unbuilt.root), proband.load("lr", lab=half_built.root)
    assert [len(set(experiment.runs["state"])) for experiment in (first, second, first)] == [1, 3, 1]


def test_loading_leaves_the_process_as_it_was(unbuilt: Lab) -> None:
    path, is_initialized = list(sys.path), GlobalHydra.instance().is_initialized()
    proband.load("lr", lab=unbuilt.root)
    assert sys.path[: len(path)] == path
    assert GlobalHydra.instance().is_initialized() == is_initialized
    assert not {"nets", "layers"} & sys.modules.keys()


def test_import_is_light_and_leaves_the_front_of_the_path(unbuilt: Lab) -> None:
    program = (
        "import sys; before = list(sys.path); import proband; "
        "heavy = {'torch', 'pandas', 'numpy', 'hydra', 'pydantic', 'compiler'} & sys.modules.keys(); "
        "assert not heavy, heavy; "
        f"experiment = proband.load('lr', lab={str(unbuilt.root)!r}); "
        "assert sys.path[:len(before)] == before; "
        "packages = {'torch', 'agents', 'rules', 'lab', 'snakemake'} & sys.modules.keys(); "
        "assert not packages, packages; "
        "print(experiment)"
    )
    environment = {"PYTHONPATH": str(ENGINE), "PATH": "/usr/bin:/bin", "HOME": str(unbuilt.root.parent)}
    command = [sys.executable, "-c", program]
    completed = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout == "Experiment('lr', runs=4, verdict=None)\n"


def test_module_of_the_user_that_hides_a_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "compiler.py").write_text("", encoding="utf-8")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import proband; proband.load('one')"
    environment = {"PYTHONPATH": str(ENGINE), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", program]
    completed = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)
    assert f"ImportError: {tmp_path}/compiler.py: hides the package 'compiler' of Proband" in completed.stderr
