"""`proband init` writes a lab that compiles, and changes no file that exists."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compiler.base.lab_trust.trusted_labs import is_listed
from compiler.base.paths import ENGINE
from proband.cli.main import main

LAB_FILES = {
    *("Snakefile", "dvc.yaml", "own.py", "conf/model/own.yaml", "conf/experiment/own_lr.yaml"),
    *(file.relative_to(ENGINE).as_posix() for file in (ENGINE / "profiles").glob("*/config.yaml")),
    *(".gitignore", ".dvcignore", ".dvc/config", ".dvc/.gitignore"),
}


@pytest.fixture(autouse=True)
def _state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


def files_below(root: Path) -> dict[str, bytes]:
    """Return the files of a lab, without those inside `.git` and the temporary files of DVC."""
    files = [file for file in root.rglob("*") if file.is_file() and not {".git", "tmp"} & set(file.parts[-3:])]
    paths = {file.relative_to(root).as_posix(): file for file in files}
    return {name: file.read_bytes() for name, file in paths.items() if not name.startswith(".git/")}


def ignored_files(root: Path, names: list[str]) -> list[str]:
    """Return those of the names that git ignores in a folder."""
    command = ["git", "check-ignore", *names]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout.splitlines()


def test_a_new_lab_compiles_and_a_second_call_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "My Lab's ü"
    assert main(["init", str(root)]) == 0
    assert "snakemake --cores 2" in capsys.readouterr().out
    before = files_below(root)
    assert before.keys() == LAB_FILES
    assert is_listed(root)
    assert main(["-C", str(root), "init"]) == 0
    assert files_below(root) == before
    assert main(["-C", str(root), "compile"]) == 0
    assert "own_lr      10      10" in capsys.readouterr().out
    unwanted = [".proband/plan.json", "results/.registrations.jsonl.lock", "dvc_plots/index.html"]
    assert ignored_files(root, [*unwanted, "results/registrations.jsonl", "results/metrics/own_lr.json"]) == unwanted


def test_files_of_the_user_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = {"Snakefile": "MINE", "own.py": "MINE", "README.md": "MINE", "conf/model/own.yaml": "MINE"}
    for name, text in (mine | {".gitignore": "MINE"}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in mine} == mine
    assert (tmp_path / ".gitignore").read_text(
        encoding="utf-8"
    ) == "MINE\n/.proband/\n/.snakemake/\n/results/.*.lock\n/dvc_plots/\n"
    assert all(f"kept {name}, which exists" in output for name in mine if name != "README.md")


def test_a_lab_with_experiments_gets_no_example(tmp_path: Path) -> None:
    spec = tmp_path / "conf/experiment/mine.yaml"
    spec.parent.mkdir(parents=True)
    spec.write_text("# mine\n", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 0
    assert not (tmp_path / "own.py").exists()
    assert (tmp_path / "Snakefile").exists()


def test_a_lab_inside_a_git_repository_starts_no_other_one(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert main(["init", str(tmp_path / "lab")]) == 0
    assert not (tmp_path / "lab/.git").exists()
    assert (tmp_path / "lab/.dvc/config").exists()


def test_without_git_a_note_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert main(["init", str(tmp_path / "lab")]) == 0
    assert "no git repository: git cannot be run: No such file or directory" in capsys.readouterr().out
    assert (tmp_path / "lab/.dvc/config").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("file", "is a file (name a folder)", id="a file"),
        pytest.param("file/lab", "cannot be written: Not a directory", id="below a file"),
        pytest.param(str(ENGINE / "lab/new"), "is inside Proband itself", id="inside the engine"),
    ],
)
def test_a_lab_that_cannot_be_created_is_refused(
    name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("MINE", encoding="utf-8")
    assert main(["init", str(tmp_path / name)]) == 2
    assert message in capsys.readouterr().err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "MINE"
