"""Pointers that were edited by hand or damaged by a merge are rejected before their content is read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from lab.archive.pointers.pointer import ExperimentPointer, Out, RunPointer, write_pointer
from lab.archive.pointers.read_pointer import WrongPointer, read_experiment_pointer, read_run_pointer

RUN, OTHER = "0123456789ab", "ba9876543210"
MD5 = "0123456789abcdef0123456789abcdef"
FOLDER = Out(f"results/runs/{RUN}", f"{MD5}.dir", 10)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_pointers_are_read_as_written(lab: Lab) -> None:
    run = RunPointer(RUN, "c0de", FOLDER)
    files = (Out("results/experiments/study/results.json", MD5, 3), Out("results/sweeps/experiment/study.yaml", MD5, 3))
    experiment = ExperimentPointer("study", (RUN,), files)
    assert write_pointer(lab, run)
    assert write_pointer(lab, experiment)
    assert (read_run_pointer(lab, RUN), read_experiment_pointer(lab, "study")) == (run, experiment)
    assert not write_pointer(lab, run), "an equal pointer is not written again"


def out(**changes: object) -> dict[str, object]:
    return {"path": f"results/runs/{RUN}", "hash": "md5", "md5": f"{MD5}.dir", "size": 1} | changes


def content(*outs: object, **changes: object) -> str:
    return yaml.safe_dump({"wdir": "../..", "outs": list(outs), "meta": {"fingerprint": "c0de"}} | changes)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (content(out(path=f"results/runs/../runs/{RUN}")), "is no path inside the lab"),
        (content(out(path="/etc/passwd")), "is no path inside the lab"),
        (content(out(path="results//runs")), "is no path inside the lab"),
        (content(out(path=3)), "is no path inside the lab"),
        (content(out(path="conf")), f"must name the folder results/runs/{RUN}"),
        (content(out(path=f"results/runs/{OTHER}")), f"got results/runs/{OTHER}"),
        (content(out(), out(path="Snakefile", md5=MD5)), "and nothing else"),
        (content(), "got nothing"),
        (content(out(md5=MD5)), "must name the folder"),
        (content(out(md5="../../../../etc/passwd")), "must have 32 hex digits"),
        (content(out(md5=f"{MD5}\n.dir")), "must have 32 hex digits"),
        (content(out(hash="etag")), "must have 32 hex digits"),
        (content(out(size=-1)), "size must be a number"),
        (content(out(remote="evil")), "may only have the keys"),
        (content("results"), "may only have the keys"),
        (content(out(), wdir="../../.."), "wdir must be ../.."),
        (content(out(), deps=[{"path": "https://example.org/x"}]), "may only have the keys"),
        (content(out(), cmd="touch owned"), "may only have the keys"),
        (content(out(), meta={}), "meta.fingerprint is missing"),
        (content(out(), meta=[]), "meta a mapping"),
        ("<<<<<<< HEAD\nwdir: ../..\n=======\n", "cannot be read"),
        ("!!python/object/apply:os.system [touch owned]", "cannot be read"),
        ("[" * 5000, "cannot be read"),
        ("", "may only have the keys"),
        ("\x00", "cannot be read"),
    ],
    ids=[
        *("parent folder", "absolute path", "empty name", "number as path", "folder of the lab", "other run"),
        *("second out", "no out", "file for a folder", "path as hash", "newline in the hash", "other hash", "size"),
        *("other remote", "text as out", "other working folder", "import", "command", "no fingerprint", "list as meta"),
        *("merge conflict", "python object", "deep nesting", "empty", "binary"),
    ],
)
def test_edited_pointer_of_a_run_is_rejected(lab: Lab, text: str, problem: str) -> None:
    write_text(lab.run_pointer(RUN), text)
    with pytest.raises(WrongPointer) as error:
        read_run_pointer(lab, RUN)
    assert problem in str(error.value)
    assert str(lab.run_pointer(RUN)) in str(error.value)


@pytest.mark.parametrize(
    ("path", "runs", "problem"),
    [
        ("results/experiments/other/results.json", [RUN], "is no file of this experiment"),
        ("results/experiments/study/runs/lr=1", [RUN], "is no file of this experiment"),
        ("results/experiments/study", [RUN], "is no file of this experiment"),
        ("conf/experiment/study.yaml", [RUN], "is no file of this experiment"),
        ("results/sweeps/experiment/other.yaml", [RUN], "is no file of this experiment"),
        ("results/experiments/study/../../../Snakefile", [RUN], "is no path inside the lab"),
        ("results/experiments/study/results.json", ["../../x"], "meta.runs must be a list of run ids"),
        ("results/experiments/study/results.json", RUN, "meta.runs must be a list of run ids"),
        ("results/experiments/study/results.json", [[]], "meta.runs must be a list of run ids"),
    ],
    ids=[
        "other study",
        "link to a run",
        "whole folder",
        "config",
        "other sweep",
        "parent",
        "path as run",
        "text",
        "list",
    ],
)
def test_edited_pointer_of_an_experiment_is_rejected(lab: Lab, path: str, runs: object, problem: str) -> None:
    write_text(lab.experiment_pointer("study"), content(out(path=path, md5=MD5), meta={"runs": runs}))
    with pytest.raises(WrongPointer) as error:
        read_experiment_pointer(lab, "study")
    assert problem in str(error.value)


def test_linked_missing_and_huge_pointers_are_rejected(lab: Lab) -> None:
    write_text(lab.root / "elsewhere", content(out()))
    lab.run_pointer(OTHER).parent.mkdir(parents=True)
    lab.run_pointer(OTHER).symlink_to(lab.root / "elsewhere")
    with pytest.raises(WrongPointer, match="is a link"):
        read_run_pointer(lab, OTHER)
    with pytest.raises(WrongPointer, match="there is no such pointer"):
        read_run_pointer(lab, RUN)
    write_text(lab.run_pointer(RUN), "#" * (5 << 20))
    with pytest.raises(WrongPointer, match="is larger than 4 MiB"):
        read_run_pointer(lab, RUN)


@pytest.mark.parametrize("name", ["../study", "/etc/study", "a/b", "..", ""])
def test_name_that_leads_to_another_folder_is_no_experiment(lab: Lab, name: str) -> None:
    with pytest.raises(WrongPointer, match="is not the id of an experiment"):
        read_experiment_pointer(lab, name)
