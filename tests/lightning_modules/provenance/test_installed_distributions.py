"""All installed distributions are recorded, with the hashes that are known."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from compiler.runs.provenance_parts import Distribution
from lightning_modules.provenance.distributions import distributions, installed_distributions
from lightning_modules.provenance.locked_wheels import locked_wheels

WHEEL, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder in which distributions are looked up."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder)])
    installed_distributions.cache_clear()
    yield folder
    installed_distributions.cache_clear()


def install(folder: Path, name: str, version: str, record: str | None = "a.py,,\n", origin: Any = None) -> None:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: other\n")
    if record is not None:
        (info / "RECORD").write_text(record)
    if origin is not None:
        (info / "direct_url.json").write_text(origin if isinstance(origin, str) else json.dumps(origin))


# content of direct_url.json, what is recorded
ORIGINS: dict[str, tuple[Any, dict[str, Any]]] = {
    "from an index": (None, {}),
    "wheel": ({"url": "file:///w.whl", "archive_info": {"hashes": {"sha256": WHEEL}}}, {"wheel_sha256": WHEEL}),
    "wheel, old form": (
        {"url": "https://x/w.whl", "archive_info": {"hash": f"sha256={WHEEL}"}},
        {"wheel_sha256": WHEEL},
    ),
    "md5 only": ({"url": "https://x/w.whl", "archive_info": {"hash": "md5=abc"}}, {}),
    "commit": ({"url": "https://x/r.git", "vcs_info": {"vcs": "git", "commit_id": "f00"}}, {"commit": "f00"}),
    "editable, folder gone": ({"url": "file:///gone/x", "dir_info": {"editable": True}}, {"editable": True}),
    "folder": ({"url": "file:///gone/x", "dir_info": {}}, {"from_source": True}),
    "damaged": ("{", {}),
    "list": ([], {}),
    "null values": ({"url": None, "archive_info": None, "dir_info": None, "vcs_info": None}, {}),
    "no commit": ({"url": "https://x/r.git", "vcs_info": {"commit_id": 7}}, {"from_source": True}),
}


FOLDER = {"url": "file:///clone", "dir_info": {}}
# name of the distribution, content of built_from.json, the recorded commit and changes
BUILDS: dict[str, tuple[str, Any, tuple[str | None, bool | None]]] = {
    "clean": ("proband", {"commit": "c0ffee", "local_changes": False}, ("c0ffee", False)),
    "changed": ("proband", {"commit": "c0ffee", "local_changes": True}, ("c0ffee", True)),
    "wrong types": ("proband", {"commit": 7, "local_changes": "yes"}, (None, None)),
    "a list": ("proband", ["c0ffee"], (None, None)),
    "missing": ("proband", None, (None, None)),
    "another distribution": ("one", {"commit": "c0ffee", "local_changes": False}, (None, None)),
}


@pytest.mark.parametrize(("name", "build", "recorded"), BUILDS.values(), ids=BUILDS)
def test_installed_proband_has_the_commit_of_its_build(
    name: str, build: Any, recorded: tuple[str | None, bool | None], packages: Path
) -> None:
    install(packages, name, "1.0", origin=FOLDER)
    (packages / "proband").mkdir()
    if build is not None:
        (packages / "proband/built_from.json").write_text(json.dumps(build))
    distribution = distributions(packages)[name]
    assert (distribution.commit, distribution.local_changes) == recorded


def test_lock_file_says_nothing_about_an_installation_from_a_folder(packages: Path) -> None:
    install(packages, "one", "1.0", origin=FOLDER)
    (packages / "requirements.lock").write_text(f"one==1.0 --hash=sha256:{WHEEL}\n")
    assert distributions(packages)["one"].wheel_sha256 is None


@pytest.mark.parametrize(("origin", "recorded"), ORIGINS.values(), ids=ORIGINS)
def test_origin_gives_the_hash_or_the_commit(origin: Any, recorded: dict[str, Any], packages: Path) -> None:
    install(packages, "My_Package", "1.0", origin=origin)
    expected = Distribution("1.0", record_sha256=sha256(b"a.py,,\n").hexdigest(), **recorded)
    assert distributions(packages) == {"my-package": expected}


def test_folders_and_logins_of_origins_are_not_recorded(packages: Path) -> None:
    install(packages, "one", "1.0", origin={"url": "https://name:word@host/r.git", "vcs_info": {"commit_id": "f00"}})
    install(packages, "two", "1.0", origin={"url": "file:///home/name/two", "dir_info": {"editable": True}})
    assert not {"word", "home", "host"} & set(repr(distributions(packages)).replace("/", " ").replace(":", " ").split())


def test_another_build_of_the_same_version_has_another_hash(packages: Path) -> None:
    install(packages, "one", "1.0", "a.py,sha256=AAA,3\n")
    before = installed_distributions()["one"]
    (packages / "one-1.0.dist-info/RECORD").write_text("a.py,sha256=BBB,3\n")
    installed_distributions.cache_clear()
    after = installed_distributions()["one"]
    assert before.version == after.version
    assert before.record_sha256 != after.record_sha256


def test_installed_version_counts_and_not_metadata_in_a_source_folder(
    packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    (source / "one.egg-info").mkdir(parents=True)
    (source / "one.egg-info/PKG-INFO").write_text("Metadata-Version: 2.1\nName: one\nVersion: 0.9\n")
    install(packages, "one", "1.0")
    monkeypatch.setattr(sys, "path", [str(source), str(packages)])
    assert {name: item.version for name, item in distributions(tmp_path).items()} == {"one": "1.0"}


# content of METADATA, None without the file
DAMAGED_METADATA = {"missing": None, "empty": b"", "not UTF-8": b"Summary: caf\xe9\n\n", "no version": b"Name: two\n\n"}


@pytest.mark.parametrize("content", DAMAGED_METADATA.values(), ids=DAMAGED_METADATA)
def test_damaged_installation_has_the_name_of_its_folder(content: bytes | None, packages: Path) -> None:
    (packages / "Half_Removed-1.0.dist-info").mkdir()
    if content is not None:
        (packages / "Half_Removed-1.0.dist-info/METADATA").write_bytes(content)
    (packages / "-ip-1.0").mkdir()
    install(packages, "one", "1.0", record=None)
    assert distributions(packages) == {"half-removed": Distribution("1.0"), "one": Distribution("1.0")}


def test_metadata_with_other_characters_are_read(packages: Path) -> None:
    install(packages, "one", "1.0")
    (packages / "one-1.0.dist-info/METADATA").write_bytes(b"Name: One\nSummary: caf\xe9\nVersion: 1.0\n\n")
    assert set(distributions(packages)) == {"one"}


def test_hash_of_the_list_of_files_is_that_of_its_bytes(packages: Path) -> None:
    install(packages, "one", "1.0")
    (packages / "one-1.0.dist-info/RECORD").write_bytes(b"a.py,,\r\n")
    assert distributions(packages)["one"].record_sha256 == sha256(b"a.py,,\r\n").hexdigest()


# content of requirements.lock, the hash of the wheel of One 1.0
LOCKS: dict[str, tuple[str, str | None]] = {
    "no hash": ("one==1.0\n", None),
    "single hash": (f"one==1.0 --hash=sha256:{WHEEL}\n", WHEEL),
    "next line": (f"one==1.0 \\\n    --hash=sha256:{WHEEL}\n    # via two\n", WHEEL),
    "two hashes": (f"one==1.0 \\\n    --hash=sha256:{WHEEL} \\\n    --hash=sha256:{OTHER}\n", None),
    "another version": (f"one==1.1 --hash=sha256:{WHEEL}\n", None),
    "another package": (f"one-more==1.0 --hash=sha256:{WHEEL}\n", None),
    "other spelling": (f"One[extra]==1.0 ; python_version > '3' --hash=sha256:{WHEEL}\n", WHEEL),
    "not a hash": ("one==1.0 --hash=sha256:abc\n", None),
}


@pytest.mark.parametrize(("lock", "wheel"), LOCKS.values(), ids=LOCKS)
def test_lock_file_gives_the_hash_of_the_only_file(lock: str, wheel: str | None, packages: Path) -> None:
    install(packages, "one", "1.0")
    (packages / "requirements.lock").write_text(lock)
    assert distributions(packages)["one"].wheel_sha256 == wheel


@pytest.mark.parametrize("folder", [{"editable": True}, {}], ids=["editable", "built from a folder"])
def test_lock_file_says_nothing_about_own_code(folder: dict[str, Any], packages: Path) -> None:
    install(packages, "one", "1.0", origin={"url": "file:///gone/x", "dir_info": folder})
    (packages / "requirements.lock").write_text(f"one==1.0 --hash=sha256:{WHEEL}\n")
    assert distributions(packages)["one"].wheel_sha256 is None


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["not UTF-8", "missing"])
def test_unreadable_lock_file_has_no_hashes(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "lock").write_bytes(content)
    assert locked_wheels(tmp_path / "lock") == {}
