"""A project in the conventions of lightning-hydra-template becomes a lab, and a report names every file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.plan.compile_lab import compile_lab
from lab.porting.port import Port, port_project
from lab.porting.project import find_project
from lab.porting.python_text import converted_python
from lab.porting.write_port import write_port
from tests.lab.porting.small_project import FILES, TRAIN, write_project


def port_of(root: Path, installed: bool = True) -> Port:
    return port_project(find_project(root), lambda package: installed)


def outcomes(port: Port) -> dict[str, str]:
    return {line.name: line.outcome for line in port.report}


def files_of(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def test_ported_project_compiles_without_an_edit(project: Path, tmp_path: Path) -> None:
    before = files_of(project)
    write_port(port_of(project), find_project(project), tmp_path / "lab")
    plan = compile_lab(Lab(tmp_path / "lab")).compilation
    own = {experiment.id: experiment for experiment in plan.experiments if experiment.is_own}
    assert set(own) == {"example", "search_optuna"}
    assert {name: lines for name, lines in plan.broken.items() if name in own} == {}
    assert own["example"].warnings == ()
    (run,) = (plan.runs[point.run] for point in own["example"].points)
    assert run.config["seed"] == 7
    assert run.config["callbacks"]["model_checkpoint"]["dirpath"] == "<output>/checkpoints"
    assert run.config["data"]["data_dir"] == "./data/"
    assert files_of(project) == before


def test_search_of_the_sweeper_becomes_a_search_of_the_spec(project: Path) -> None:
    spec = yaml.safe_load(port_of(project).texts["conf/experiment/search_optuna.yaml"])
    assert spec["experiment"]["search"] == {
        "space": {"model.optimizer.lr": "interval(0.001, 0.1)", "data.batch_size": "choice(8, 16)"},
        "metric": "val/acc",
        "goal": "maximize",
        "sampler": "tpe",
        "runs": 8,
        "seed": 12,
    }


def test_every_file_of_the_project_is_in_the_report(project: Path) -> None:
    reported = outcomes(port_of(project))
    folders = [name for name in reported if name.endswith("/")]
    missing = [
        name for name in FILES if name not in reported and not any(name.startswith(folder) for folder in folders)
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("configs/train.yaml", "changed"),
        ("configs/train.yaml: callbacks", "taken"),
        ("configs/train.yaml: logger", "taken"),
        ("configs/train.yaml: extras", "taken"),
        ("configs/train.yaml: task_name", "taken"),
        ("configs/train.yaml: tags", "taken"),
        ("configs/train.yaml: train", "taken"),
        ("configs/train.yaml: test", "taken"),
        ("configs/train.yaml: ckpt_path", "taken"),
        ("configs/train.yaml: seed", "taken"),
        ("configs/train.yaml: paths", "taken"),
        ("configs/train.yaml: optimized_metric", "left"),
        ("configs/train.yaml: hydra", "left"),
        ("configs/train.yaml: hparams_search", "left"),
        ("configs/train.yaml: debug", "left"),
        ("configs/eval.yaml", "left"),
        ("configs/debug/fdr.yaml", "left"),
        ("configs/hydra/default.yaml", "left"),
        ("configs/paths/default.yaml", "changed"),
        ("configs/callbacks/default.yaml", "taken"),
        ("configs/experiment/example.yaml", "changed"),
        ("configs/hparams_search/optuna.yaml", "changed"),
        (".env", "left"),
        ("logs/", "left"),
        ("data/", "taken"),
        ("src/broken.py", "left"),
        ("src/points.py", "changed"),
        ("src/train.py", "taken"),
        ("README.md", "taken"),
    ],
)
def test_outcome_of_a_file_or_key(name: str, outcome: str, project: Path) -> None:
    assert outcomes(port_of(project))[name] == outcome


def test_comments_and_other_items_of_the_defaults_stay(project: Path) -> None:
    text = port_of(project).texts["conf/config.yaml"]
    assert "  - logger: null   # none\n" in text
    assert "search for hyperparameters" not in text  # belongs to the removed item
    assert [next(iter(item)) if isinstance(item, dict) else item for item in yaml.safe_load(text)["defaults"]] == [
        *("resources", "tracking", "agents", "_self_", "data", "model", "callbacks", "logger", "trainer", "paths"),
        *("extras", "experiment", "optional local", "override hydra/job_logging", "override hydra/launcher"),
    ]


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        (TRAIN.replace("train: True", "train: False"), {"train": None}),
        (TRAIN.replace("ckpt_path: null", "ckpt_path: a.ckpt"), {"ckpt_path": None}),
        (TRAIN.replace("data: points", "datamodule: points"), {"data": "${datamodule}"}),
        (TRAIN.replace("model: line", "module: line"), {"model": "${module}"}),
        (TRAIN + "hydra: {run: {dir: out}}\n", {"hydra": {"run": {"dir": "out"}}}),
        ("defaults: [data: points, model: line, trainer: default]\nnotes: mine\n", {"notes": "mine", "seed": None}),
    ],
    ids=["no training", "checkpoint", "datamodule", "module", "own hydra", "defaults in one line"],
)
def test_main_config_of_other_projects(main: str, expected: dict[str, object], tmp_path: Path) -> None:
    port = port_of(write_project(tmp_path, configs__train=main))
    content = yaml.safe_load(port.texts["conf/config.yaml"])
    assert {key: content.get(key) for key in expected} == expected
    assert {"experiment": None} in content["defaults"]


LOGGERS = {
    "tensorboard": "t: {_target_: lightning.pytorch.loggers.TensorBoardLogger}\n",
    "wandb": "w: {_target_: lightning.pytorch.loggers.wandb.WandbLogger}\n",
    "many": "defaults: [tensorboard]\n",
}


@pytest.mark.parametrize(
    ("choice", "installed", "kept"),
    [
        ("csv", False, True),
        ("tensorboard", True, True),
        ("tensorboard", False, False),
        ("many", False, False),
        ("wandb", True, False),
    ],
)
def test_logger_that_cannot_be_built_is_not_selected(choice: str, installed: bool, kept: bool, tmp_path: Path) -> None:
    loggers = {f"configs__logger__{name}": text for name, text in LOGGERS.items()}
    root = write_project(tmp_path, configs__train=TRAIN.replace("logger: null", f"logger: {choice}"), **loggers)
    defaults = yaml.safe_load(port_of(root, installed).texts["conf/config.yaml"])["defaults"]
    assert {"logger": choice if kept else None} in defaults


def test_project_without_experiments_gets_one(tmp_path: Path) -> None:
    root = write_project(tmp_path, configs__experiment__example=None, configs__hparams_search__optuna=None)
    assert "conf/experiment/first.yaml" in port_of(root).texts


def test_interpolation_that_only_hydra_resolves_is_reported_with_its_line(tmp_path: Path) -> None:
    root = write_project(tmp_path, configs__data__other="a: 1\nb: ${now:%Y}   # ${hydra:job.num}\n")
    assert outcomes(port_of(root))["configs/data/other.yaml:2"] == "left"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import pytorch_lightning as pl\n", "import lightning.pytorch as pl\n"),
        ("import pytorch_lightning\n", "import lightning.pytorch as pytorch_lightning\n"),
        ("from pytorch_lightning import Trainer\n", "from lightning.pytorch import Trainer\n"),
        (
            "from pytorch_lightning.callbacks import (\n    Timer,\n)\n",
            "from lightning.pytorch.callbacks import (\n    Timer,\n)\n",
        ),
        ("if a:\n    import os, pytorch_lightning as pl\n", "if a:\n    import os, lightning.pytorch as pl\n"),
        ("text = 'import pytorch_lightning'\n", "text = 'import pytorch_lightning'\n"),
        ("import pytorch_lightning_bolts\n", "import pytorch_lightning_bolts\n"),
    ],
)
def test_imports_of_the_older_package_are_replaced(source: str, expected: str) -> None:
    assert converted_python(source) == expected


@pytest.mark.parametrize("folder", ["taken", "project/inside", "project"])
def test_lab_is_written_only_to_a_new_folder_outside_the_project(folder: str, project: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/mine.txt").write_text("MINE", encoding="utf-8")
    before = files_of(tmp_path)
    with pytest.raises(InputError):
        write_port(port_of(project), find_project(project), tmp_path / folder)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize(
    "files",
    [{}, {"configs/train.yaml": "a: 1\n"}, {"configs/train.yaml": "defaults: [\n"}, {"configs/train.yaml": "- a\n"}],
    ids=["empty", "no defaults", "no YAML", "a list"],
)
def test_other_folders_are_refused_with_a_sentence(files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="proband init"):
        find_project(tmp_path)
