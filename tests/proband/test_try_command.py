"""`proband try` trains a few batches in a scratch folder and leaves nothing in the lab."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE, Lab
from proband.cli.main import main
from tests.labs import spec, write_lab

SPEC = spec("""
    defaults: [override /model: null]
    experiment:
      hypothesis: More is more.
      sweep: {model.lr: "0.1,0.2", seed: range(2)}
      compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
    model: {_target_: tried.train, lr: 0.1}
""")
SOURCE = (
    "from pathlib import Path\n"
    "def train(lr, run, folder, trial):\n"
    "    assert trial and run.is_trial\n"
    "    Path('results').mkdir(exist_ok=True)\n"
    "    Path('results/x').write_text('mine')\n"
    "    assert Path('input.txt').read_text() == 'data'\n"
    "    (folder / 'notes.txt').write_text('mine')\n"
    "    print('lr', lr)\n"
    "    return {'accuracy': lr}\n"
)


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "tried", raising=False)
    return write_lab(tmp_path, {"tried.py": SOURCE, "mine": SPEC, "./input.txt": "data"})


def files_of(lab: Lab) -> set[str]:
    files = (file.relative_to(lab.root).as_posix() for file in lab.root.rglob("*") if file.is_file())
    return {file for file in files if not file.startswith("__pycache__")}


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a folder of this test for temporary files, because trials of other tests may be running."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))


def scratch_folders() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("proband-try-*"))


def test_trial_leaves_nothing_and_shows_no_value(tried: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    before = files_of(tried)
    assert main(["try", "mine"]) == 0
    output = capsys.readouterr().out
    assert "lr 0.1" in output
    assert "nothing is recorded" in output
    assert "metrics accuracy" in output
    assert "accuracy = " not in output
    assert files_of(tried) == before
    assert scratch_folders() == []


@pytest.mark.usefixtures("tried")
def test_override_replaces_a_swept_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", "mine", "model.lr=0.7"]) == 0
    assert "lr 0.7" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nope"], "no experiment is called 'nope'"),
        (["mine", "model.lrr=1"], "the config has no key 'model.lrr'"),
        (["mine", "other"], "try takes one experiment and overrides, got other"),
    ],
)
@pytest.mark.usefixtures("tried")
def test_wrong_arguments_run_nothing(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", *words]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("    raise ValueError('boom')\n", 1, "the trial failed: ValueError: boom"),
        ("    import bdb; raise bdb.BdbQuit\n", 130, ""),
        ("    raise KeyboardInterrupt\n", 130, ""),
    ],
    ids=["exception", "debugger", "Ctrl-C"],
)
def test_failed_trial_leaves_nothing(
    tried: Lab, body: str, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lab(tried.root, {"tried.py": f"def train(lr):\n{body}    return {{'accuracy': 1}}\n"})
    before = files_of(tried)
    assert main(["try", "mine"]) == code
    assert words in capsys.readouterr().err
    assert files_of(tried) == before
    assert scratch_folders() == []


@pytest.mark.usefixtures("tried")
def test_folder_of_a_killed_trial_is_deleted() -> None:
    abandoned = Path(tempfile.gettempdir()) / "proband-try-999999999-x"
    abandoned.mkdir()
    assert main(["try", "mine"]) == 0
    assert not abandoned.exists()


def test_lightning_trains_a_few_batches() -> None:
    from compiler.experiment.trial_run import compile_trial

    trainer = compile_trial("digits_lr", Lab(ENGINE), ["trainer.max_epochs=7"]).config["trainer"]
    limits = {key: trainer[key] for key in trainer if key.startswith("limit_")}
    assert (trainer["max_epochs"], set(limits.values()), len(limits)) == (7, {3}, 3)
