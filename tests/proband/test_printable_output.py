"""Control characters in files of a lab are printed as escapes, in answers and messages, and JSON stays JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.view.rich_output import new_table, print_rich
from proband.cli.main import main
from proband.cli.output import print_json
from tests.compiler.small_lab import FILES
from tests.labs import write_lab

EVIL = "a\x1b[2J\x9b31m\u202eb\rc"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def test_tables_and_texts_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    table = new_table("column", f"head{EVIL}")
    table.add_row("cell", EVIL)
    print_rich(table)
    print_rich(EVIL)
    out = capsys.readouterr().out
    assert not CONTROL.search(out)
    assert r"a\x1b[2J\x9b31m\u202eb" in out


def test_json_is_escaped_and_read_back_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({EVIL: [EVIL]})
    out = capsys.readouterr().out
    assert not CONTROL.search(out)
    assert json.loads(out) == {EVIL: [EVIL]}


def test_texts_that_a_run_wrote_are_escaped_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab: Lab = write_lab(tmp_path, FILES)
    main(["-C", str(lab.root), "compile"])
    for run in read_json(lab.state / "plan.json")["runs"]:
        write_json(lab.status(run), {"status": "failed", "error": {"kind": EVIL, "message": EVIL}})
        write_json(lab.run(run) / "provenance.json", {"fingerprint": EVIL})
    write_json(lab.experiment("lr") / "results.json", {"status": EVIL, "verdict": EVIL})
    for words in (
        ["status"],
        ["explain", "lr"],
        ["tree"],
        ["runs"],
        ["runs", "--format", "csv"],
        ["diff", "lr", EVIL],
        ["verify"],
    ):
        main(["-C", str(lab.root), *words])
    captured = capsys.readouterr()
    assert not CONTROL.search(captured.out), CONTROL.search(captured.out)
    assert not CONTROL.search(captured.err)
    assert r"\x1b[2J" in captured.out
    assert r"\x1b[2J" in captured.err


@pytest.mark.parametrize(
    "content", ["[" * 100_000, "{}", "[]", "null", "{", '{"status": 1}'], ids=lambda text: text[:9]
)
def test_a_damaged_status_file_ends_no_command_with_an_exception(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = write_lab(tmp_path, FILES)
    main(["-C", str(lab.root), "compile"])
    for run in read_json(lab.state / "plan.json")["runs"]:
        lab.run(run).mkdir(parents=True)
        for file in (lab.status(run), lab.run(run) / "provenance.json", lab.run(run) / "config.json"):
            file.write_text(content)
    for words in (["status"], ["explain", "lr"], ["tree"], ["runs"], ["best", "lr"], ["verify"]):
        assert main(["-C", str(lab.root), *words]) in (0, 1, 2)
    assert "Traceback" not in capsys.readouterr().err
