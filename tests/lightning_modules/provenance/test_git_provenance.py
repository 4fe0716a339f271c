"""The commit and the uncommitted code of a lab are recorded, whatever state its repository is in."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lightning_modules.provenance.command_output import command_output
from lightning_modules.provenance.git_state import LIMIT, checkout, limited_git
from lightning_modules.provenance.source_diff import SourceDiff, source_diff

SECRET = "sk-proj-abcdefghijklmnop1234"
IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "protocol.file.allow=always")


def run_git(folder: Path, *arguments: str) -> str:
    command = ["git", *IDENTITY, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab with the committed files model.py and conf/config.yaml."""
    root = tmp_path / "lab"
    (root / "conf").mkdir(parents=True)
    (root / "model.py").write_text("DEPTH = 1\n")
    (root / "conf/config.yaml").write_text("seed: 1\n")
    run_git(root, "init", "-q", "-b", "main")
    run_git(root, "add", ".")
    run_git(root, "commit", "-qm", "first")
    return root


def diff_of(root: Path, *sources: str) -> SourceDiff:
    git = limited_git(root)
    state = checkout(root, git).state
    assert state
    return source_diff(root, git, sources or ("model.py",), state.dirty)


def restored(root: Path, diff: SourceDiff, folder: Path) -> Path:
    """Clone the repository, apply the patch in the root of the clone, and return the clone."""
    run_git(folder, "clone", "-q", "--recurse-submodules", str(root), "clone")
    (folder / "patch").write_bytes(diff.content)
    run_git(folder / "clone", "apply", "--whitespace=nowarn", str(folder / "patch"))
    return folder / "clone"


def test_clean_lab_has_commit_and_branch_and_no_diff(lab: Path) -> None:
    state = checkout(lab, limited_git(lab)).state
    assert state
    assert (state.commit, state.branch, state.dirty) == (run_git(lab, "rev-parse", "HEAD"), "main", False)
    assert diff_of(lab) == SourceDiff(b"", True)


def test_detached_head_has_no_branch(lab: Path) -> None:
    run_git(lab, "checkout", "-q", "--detach")
    state = checkout(lab, limited_git(lab)).state
    assert state
    assert (state.branch, state.dirty) == (None, False)


# what a person did to the lab, the sources of the run
CHANGES: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "changed": (lambda lab: (lab / "model.py").write_text("DEPTH = 2\n"), ("model.py",)),
    "staged": (lambda lab: ((lab / "model.py").write_text("D = 2\n"), run_git(lab, "add", ".")), ("model.py",)),
    "renamed": (lambda lab: run_git(lab, "mv", "model.py", "net.py"), ("net.py",)),
    "untracked": (lambda lab: (lab / "own.py").write_text("A = 1\nB = 2"), ("model.py", "own.py")),
    "untracked empty": (lambda lab: (lab / "own.py").write_text(""), ("model.py", "own.py")),
    "ignored": (
        lambda lab: ((lab / ".gitignore").write_text("own.py\n"), (lab / "own.py").write_text("A\n")),
        ("own.py",),
    ),
    "not UTF-8": (lambda lab: (lab / "model.py").write_bytes(b"# caf\xe9\nD = '\xff'\n"), ("model.py",)),
    "untracked, not UTF-8": (lambda lab: (lab / "own.py").write_bytes(b"# caf\xe9\r\nD = 1\n"), ("own.py",)),
    "umlaut in name": (lambda lab: (lab / "größe.py").write_text("A = 1\n"), ("größe.py",)),
    "config": (lambda lab: (lab / "conf/config.yaml").write_text("seed: 2\n"), ("model.py",)),
    "executable": (lambda lab: ((lab / "run.sh").write_text("true\n"), (lab / "run.sh").chmod(0o755)), ("run.sh",)),
    "blank and quote": (
        lambda lab: (run_git(lab, "mv", "model.py", "a 'b.py"), (lab / "a 'b.py").write_text("B\n")),
        ("a 'b.py",),
    ),
    "tracked special name": (
        lambda lab: (
            (lab / 'a"\n.py').write_text("A\n"),
            run_git(lab, "add", "."),
            run_git(lab, "commit", "-qm", "x"),
            (lab / 'a"\n.py').write_text("B\n"),
        ),
        ('a"\n.py',),
    ),
    "binary file": (
        lambda lab: ((lab / "x.bin").write_bytes(bytes(range(256))), run_git(lab, "add", ".")),
        ("model.py", "x.bin"),
    ),
    "line endings": (lambda lab: (lab / "model.py").write_bytes(b"A = 1\r\nB = 2\r\n"), ("model.py",)),
    "glob in name": (lambda lab: (lab / "[a]*.py").write_text("A = 1\n"), ("[a]*.py",)),
}


@pytest.mark.parametrize(("change", "sources"), CHANGES.values(), ids=CHANGES)
def test_diff_restores_the_code(
    change: Callable[[Path], object], sources: tuple[str, ...], lab: Path, tmp_path: Path
) -> None:
    change(lab)
    diff = diff_of(lab, *sources)
    assert diff.is_exact, diff.notes
    clone = restored(lab, diff, tmp_path)
    for name in (*sources, "conf/config.yaml"):
        assert (clone / name).read_bytes() == (lab / name).read_bytes(), name
        assert (clone / name).stat().st_mode & stat.S_IXUSR == (lab / name).stat().st_mode & stat.S_IXUSR


def test_lab_in_a_subfolder_has_a_diff_of_the_whole_repository(lab: Path, tmp_path: Path) -> None:
    inner = lab / "inner"
    inner.mkdir()
    (inner / "own.py").write_text("A = 1\n")
    (lab / "model.py").write_text("DEPTH = 2\n")
    clone = restored(lab, diff_of(inner, "own.py"), tmp_path)
    assert (clone / "inner/own.py").read_text() == "A = 1\n"
    assert (clone / "model.py").read_text() == "DEPTH = 2\n"


def test_code_in_a_submodule_is_part_of_the_diff(lab: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "net.py").write_text("WIDTH = 1\n")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "library"]):
        run_git(library, *command)
    run_git(lab, "submodule", "--quiet", "add", str(library), "library")
    run_git(lab, "commit", "-qm", "library")
    assert diff_of(lab, "library/net.py") == SourceDiff(b"", True)
    (lab / "library/net.py").write_text("WIDTH = 2\n")
    diff = diff_of(lab, "library/net.py")
    assert b"+WIDTH = 2" in diff.content
    assert diff.is_exact
    assert (restored(lab, diff, tmp_path) / "library/net.py").read_text() == "WIDTH = 2\n"


@pytest.mark.parametrize("name", ["model.py", "own.py"])
def test_secret_in_the_code_is_removed_and_stated(name: str, lab: Path) -> None:
    (lab / name).write_text(f'KEY = "{SECRET}"\nDEPTH = 2\n')
    diff = diff_of(lab, "model.py", "own.py")
    assert SECRET.encode() not in diff.content
    assert b"DEPTH = 2" in diff.content
    assert not diff.is_exact
    assert any("<key>" in note for note in diff.notes)


PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq\n"
SECRETS = {
    "key": f'KEY = "{SECRET}"\n',
    "private key": f"{PEM}-----END RSA PRIVATE KEY-----\n",
    "password": "password = 'correct-horse'\n",
    "login in a URL": "URL = 'https://name:correct-horse@example.org/x'\n",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("is_removed", [False, True], ids=["added", "removed"])
def test_secret_of_any_form_is_removed(text: str, is_removed: bool, lab: Path) -> None:
    if is_removed:
        (lab / "model.py").write_text(f"{text}DEPTH = 1\n")
        run_git(lab, "commit", "-qam", "second")
    (lab / "model.py").write_text("DEPTH = 2\n" if is_removed else f"{text}DEPTH = 2\n")
    diff = diff_of(lab)
    assert not re.search(rb"proj-abc|MIIEow|correct-horse", diff.content)
    assert b"<key>" in diff.content
    assert b"+DEPTH = 2" in diff.content
    assert not diff.is_exact


def test_key_without_an_end_does_not_hide_the_other_files(lab: Path) -> None:
    (lab / "model.py").write_text(PEM)
    (lab / "own.py").write_text("A = 1\n")
    content = diff_of(lab, "model.py", "own.py").content
    assert b"MIIEow" not in content
    assert b"+A = 1" in content


def test_settings_of_git_do_not_change_the_diff(lab: Path, tmp_path: Path) -> None:
    inner = lab / "inner"
    inner.mkdir()
    (inner / "own.py").write_text("A = 1\n")
    (lab / "model.py").write_text("DEPTH = 2\n")
    usual = diff_of(inner, "own.py")
    for setting in ("diff.relative", "diff.noprefix", "diff.mnemonicPrefix", "color.ui", "diff.renames"):
        run_git(lab, "config", setting, "always" if setting == "color.ui" else "true")
    assert diff_of(inner, "own.py") == usual
    assert (restored(lab, usual, tmp_path) / "model.py").read_text() == "DEPTH = 2\n"


def test_branch_that_is_named_like_a_key_is_not_recorded(lab: Path) -> None:
    run_git(lab, "checkout", "-qb", SECRET)
    state = checkout(lab, limited_git(lab)).state
    assert state
    assert state.branch == "<key>"


@pytest.mark.parametrize("name", [".env", "deploy/.env.local", "server.pem", "id_ed25519"])
def test_tracked_file_of_secrets_is_not_in_the_diff(name: str, lab: Path) -> None:
    (lab / name).parent.mkdir(exist_ok=True)
    (lab / name).write_text("WORD=before\n")
    run_git(lab, "add", "-f", ".")
    run_git(lab, "commit", "-qm", "second")
    (lab / name).write_text("WORD=correct horse battery\n")
    (lab / "model.py").write_text("DEPTH = 2\n")
    assert b"horse" not in (content := diff_of(lab).content)
    assert b"+DEPTH = 2" in content


def test_results_and_reports_are_not_in_the_diff(lab: Path) -> None:
    for name in ("results/a.json", "reports/b.md"):
        (lab / name).parent.mkdir()
        (lab / name).write_text("1\n")
    run_git(lab, "add", "-f", ".")
    run_git(lab, "commit", "-qm", "second")
    for name in ("results/a.json", "reports/b.md"):
        (lab / name).write_text("2\n")
    assert diff_of(lab) == SourceDiff(b"", True)


def test_diff_of_fifty_megabytes_keeps_the_changes_of_the_code(lab: Path, tmp_path: Path) -> None:
    (lab / "table.csv").write_text("1\n")
    run_git(lab, "add", ".")
    run_git(lab, "commit", "-qm", "second")
    (lab / "table.csv").write_text("0123456789\n" * 4_600_000)
    (lab / "model.py").write_text("DEPTH = 2\n")
    (lab / "own.py").write_text("A = 1\n")
    diff = diff_of(lab, "model.py", "own.py")
    assert len(diff.content) < 1000
    assert diff.is_exact
    assert any(re.search(r"have \d{8} bytes, so only those of the code", note) for note in diff.notes), diff.notes
    assert (restored(lab, diff, tmp_path) / "own.py").read_text() == "A = 1\n"


@pytest.mark.parametrize("name", ["model.py", "own.py"])
def test_code_of_more_than_a_megabyte_is_not_kept(name: str, lab: Path) -> None:
    (lab / name).write_text("A = 1\n" * 200_000)
    diff = diff_of(lab, "model.py", "own.py")
    assert (diff.content, diff.is_exact) == (b"", False)
    assert any(re.search(r"\d{7} bytes", note) for note in diff.notes), diff.notes


def test_folder_without_repository_has_no_commit_and_no_note(tmp_path: Path) -> None:
    result = checkout(tmp_path, limited_git(tmp_path, os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}))
    assert (result.state, result.note) == (None, None)


def test_repository_without_commit_is_stated(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q")
    result = checkout(tmp_path, limited_git(tmp_path))
    assert result.state is None
    assert "no commit yet" in str(result.note)


def fake_git(folder: Path, script: str) -> dict[str, str]:
    """Return an environment whose git is a script, without any other program if the script is empty."""
    folder.mkdir()
    if script:
        (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "git").chmod(0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize("script", ["", "exit 128"], ids=["missing", "refusing"])
def test_repository_that_git_cannot_read_is_stated(
    script: str, lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = fake_git(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", environ["PATH"])
    result = checkout(lab, limited_git(lab, environ))
    assert result.state is None
    assert "could not be read" in str(result.note)


def test_git_that_hangs_is_ended_with_the_programs_it_started(lab: Path, tmp_path: Path) -> None:
    fake_git(tmp_path / "bin", f"/bin/sleep 300 & echo $! > {tmp_path / 'pid'}; wait")
    assert command_output([str(tmp_path / "bin/git")], lab, 100, seconds=0.5) is None
    state = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_variables_of_a_git_hook_do_not_name_another_repository(lab: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    run_git(other, "init", "-q")
    state = checkout(lab, limited_git(lab, os.environ | {"GIT_DIR": str(other / ".git")})).state
    assert state
    assert state.commit == run_git(lab, "rev-parse", "HEAD")


def test_programs_that_a_repository_configures_are_not_started(lab: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for setting in ("core.fsmonitor", "diff.external", "diff.own.textconv", "diff.own.command"):
        run_git(lab, "config", setting, f"touch {mark}; cat")
    (lab / ".gitattributes").write_text("*.py diff=own\n")
    (lab / "model.py").write_text("DEPTH = 2\n")
    assert b"+DEPTH = 2" in diff_of(lab).content
    assert not mark.exists()


def test_output_is_counted_but_not_kept(tmp_path: Path) -> None:
    output = command_output(["head", "-c", "5000000", "/dev/zero"], tmp_path, LIMIT)
    assert output
    assert (len(output.content), output.size, output.is_complete) == (LIMIT, 5_000_000, False)
