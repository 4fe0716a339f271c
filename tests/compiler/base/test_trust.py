"""Labs of other people are not trusted until the user has trusted them, and no file of a lab can change that."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from compiler.base import trust
from compiler.base.lab_trust import trusted_labs
from compiler.base.lab_trust.git_remotes import remote_urls
from compiler.base.paths import ENGINE, Lab
from compiler.base.trust import distrust_reason, is_trusted, require_trust

URL = "https://user:s3cretpass9@example.org/lab.git"


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trusted_labs, "trust_file", lambda: tmp_path / "state/trusted_labs.json")
    monkeypatch.delenv(trust.TRUST, raising=False)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True)


def foreign_lab(root: Path) -> Lab:
    (root / "conf").mkdir(parents=True)
    git(root, "init", "-q")
    git(root, "remote", "add", "origin", URL)
    return Lab(root)


def test_own_labs_are_trusted(tmp_path: Path) -> None:
    assert is_trusted(Lab(tmp_path))
    git(tmp_path, "init", "-q")
    assert is_trusted(Lab(tmp_path))


def test_the_clone_of_the_engine_and_its_folders_are_trusted() -> None:
    assert is_trusted(Lab(ENGINE))
    assert is_trusted(Lab(ENGINE / "conf"))


def test_a_clone_is_refused_without_the_password_of_its_remote(tmp_path: Path) -> None:
    with pytest.raises(trust.UntrustedLab) as error:
        require_trust(foreign_lab(tmp_path / "lab"))
    assert "copy of the git repository https://<key>@example.org/lab.git; nothing was run" in str(error.value)
    assert "proband trust" in str(error.value)


def test_a_folder_and_a_linked_working_tree_of_a_clone_are_refused(tmp_path: Path) -> None:
    lab = foreign_lab(tmp_path / "lab")
    git(lab.root, "commit", "-q", "--allow-empty", "-m", "m")
    git(lab.root, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert not is_trusted(Lab(lab.root / "conf"))
    assert not is_trusted(Lab(tmp_path / "tree"))


def test_a_lab_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert "belongs to another user" in str(distrust_reason(tmp_path))


def test_trust_follows_the_path_and_not_a_copy_or_the_name(tmp_path: Path) -> None:
    lab = foreign_lab(tmp_path / "lab")
    trusted_labs.add_trusted_lab(lab.root)
    (tmp_path / "link").symlink_to(lab.root)
    assert is_trusted(lab)
    assert is_trusted(Lab(tmp_path / "link"))
    assert not is_trusted(foreign_lab(tmp_path / "other/lab"))
    lab.root.rename(tmp_path / "moved")
    assert not is_trusted(Lab(tmp_path / "moved"))


def test_trust_ends_when_it_is_removed(tmp_path: Path) -> None:
    lab = foreign_lab(tmp_path / "lab")
    trusted_labs.add_trusted_lab(lab.root)
    assert trusted_labs.remove_trusted_lab(lab.root)
    assert not is_trusted(lab)
    assert not trusted_labs.remove_trusted_lab(lab.root)


def test_trust_of_a_lab_ends_when_another_user_owns_it(tmp_path: Path) -> None:
    lab = foreign_lab(tmp_path / "lab")
    trusted_labs.add_trusted_lab(lab.root)
    file = trusted_labs.trust_file()
    file.write_text(file.read_text().replace(f'"owner": {lab.root.stat().st_uid}', '"owner": 4711'))
    assert not is_trusted(lab)


@pytest.mark.parametrize(
    ("value", "clone", "own"),
    [("1", True, True), ("", False, True), ("0", False, True), ("list", False, False)],
    ids=["all", "empty", "zero", "only listed"],
)
def test_the_environment_decides(value: str, clone: bool, own: bool, tmp_path: Path) -> None:
    lab = foreign_lab(tmp_path / "lab")
    (tmp_path / "own").mkdir()
    environ = {trust.TRUST: value}
    assert (distrust_reason(lab.root, environ) is None) == clone
    assert (distrust_reason(tmp_path / "own", environ) is None) == own


@pytest.mark.parametrize("content", ["", "[]", "{", '{"labs": [1]}', '{"labs": {"/": 1}}', "[" * 100_000])
def test_a_damaged_list_trusts_nothing(content: str, tmp_path: Path) -> None:
    lab = foreign_lab(tmp_path / "lab")
    trusted_labs.trust_file().parent.mkdir()
    trusted_labs.trust_file().write_text(content)
    assert not is_trusted(lab)


def test_files_of_a_lab_do_not_make_it_trusted(tmp_path: Path) -> None:
    lab = foreign_lab(tmp_path / "lab")
    for name in (".trust", ".proband/trusted_labs.json", "trusted_labs.json"):
        (lab.root / name).parent.mkdir(exist_ok=True)
        (lab.root / name).write_text(f'{{"labs": {{"{lab.root}": {{"owner": {os.getuid()}}}}}}}')
    assert not is_trusted(lab)


@pytest.mark.parametrize(
    ("config", "urls"),
    [
        ("[core]\n\tbare = false\n", ()),
        ('[Remote "a"]\n\tURL = x\n', ("x",)),
        ('[remote "a"]\n\tfetch = y\n[core]\n\turl = z\n', ("",)),
        ('[remote "a"]\n\turl = x\n[ remote "b"]\n\turl = y\n', ("x", "y")),
    ],
    ids=["none", "case", "without url", "two"],
)
def test_remotes_are_read_from_the_config_file(config: str, urls: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(config)
    assert remote_urls(tmp_path) == urls
