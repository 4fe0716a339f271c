"""Every change of a registration chain is noticed, and concurrent writers lose no entry."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.base.paths import ENGINE, Lab
from compiler.registration.chain import DamagedChain, check_lines, read_chain
from tests.compiler.registration.chains import look, register


@pytest.fixture
def chain_file(tmp_path: Path) -> Path:
    lab = Lab(tmp_path)
    register(lab, "a b")
    register(lab, "c", name="other", minutes=1)
    look(lab, "a b", minutes=2)
    return lab.registrations


def edited(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new, 1)


def without_line(content: bytes, index: int) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:index] + lines[index + 1 :])


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "value edited": (lambda text: edited(text, b'"alpha":0.05', b'"alpha":0.2'), "line 2: does not contain the hash"),
    "first entry deleted": (lambda text: without_line(text, 0), "line 1: has the number 2"),
    "middle entry deleted": (lambda text: without_line(text, 1), "line 2: has the number 3"),
    "lines with CRLF": (lambda text: text.replace(b"\n", b"\r\n"), "line 1: is not canonical JSON"),
    "truncated": (lambda text: text[:-5], "line 3: has no line end"),
    "last line end stripped": (lambda text: text[:-1], "line 3: has no line end"),
    "blank line": (lambda text: text.replace(b"\n", b"\n\n", 1), "line 2: is not JSON"),
    "byte order mark": (lambda text: b"\xef\xbb\xbf" + text, "line 1: is not JSON"),
    "last line repeated": (lambda text: text + text.splitlines(keepends=True)[-1], "line 4: has the number 3"),
    "duplicate key": (
        lambda text: edited(text, b'"alpha":0.05', b'"alpha":0.2,"alpha":0.05'),
        "line 1: is not canonical JSON",
    ),
    "other notation of a number": (lambda text: edited(text, b"0.05", b"5e-2"), "line 1: is not canonical JSON"),
    "space in the last line": (lambda text: text[:-2] + b" }\n", "line 3: is not canonical JSON"),
    "invalid UTF-8": (lambda text: edited(text, b"More", b"\xff\xfe"), "line 1: is not JSON"),
    "list": (lambda text: text + b"[]\n", "line 4: is not canonical JSON"),
    "unknown kind": (lambda text: text + b'{"kind":"vote"}\n', "line 4: is not an entry"),
    "field missing": (lambda text: text + b'{"kind":"look"}\n', "line 4: is not an entry"),
    "lines swapped": (lambda text: b"".join(text.splitlines(keepends=True)[::-1]), "line 1: has the number 3"),
}


@pytest.mark.parametrize(("damage", "problem"), DAMAGES.values(), ids=DAMAGES)
def test_damaged_chain_names_its_line_and_is_never_continued(
    damage: Callable[[bytes], bytes], problem: str, chain_file: Path
) -> None:
    content = damage(chain_file.read_bytes())
    chain_file.write_bytes(content)
    with pytest.raises(DamagedChain, match=r"registrations\.jsonl: line .*restore the file") as raised:
        read_chain(chain_file)
    assert problem in str(raised.value)
    with pytest.raises(DamagedChain):
        register(Lab(chain_file.parents[1]), "d")
    assert chain_file.read_bytes() == content


def test_entries_are_numbered_and_contain_the_hash_of_the_line_before(chain_file: Path) -> None:
    chain = read_chain(chain_file)
    assert [entry.number for entry in chain.entries] == [1, 2, 3]
    assert [entry.previous for entry in chain.entries] == ["", *(entry.sha256 for entry in chain.entries[:-1])]
    assert chain.head == chain.entries[-1].sha256
    assert chain.named_runs == {"a", "b"}
    assert read_chain(chain_file.with_name("missing")).entries == ()


def test_lines_are_canonical_json_in_utf8(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    register(lab, "a", spec="conf/experiment/größer\u2028.yaml")
    (line,) = lab.registrations.read_text(encoding="utf-8").split("\n")[:-1]
    assert list(json.loads(line)) == sorted(json.loads(line))
    assert "größer" in line
    assert read_chain(lab.registrations).registrations[0].spec == "conf/experiment/größer\u2028.yaml"


@given(data=st.data())
def test_every_changed_byte_before_the_last_line_is_noticed(data: st.DataObject, tmp_path_factory: object) -> None:
    lab = Lab(tmp_path_factory.mktemp("lab"))  # type: ignore[attr-defined]
    for index in range(3):
        register(lab, "a b", minutes=index)
    content = bytearray(lab.registrations.read_bytes())
    last_line = len(content) - len(bytes(content).splitlines(keepends=True)[-1])
    position = data.draw(st.integers(0, last_line - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    assert check_lines(bytes(content))[1]


WRITER = """
import sys
from pathlib import Path
from compiler.base.paths import Lab
from tests.compiler.registration.chains import register
for number in range(10):
    register(Lab(Path(sys.argv[1])), "a", name=f"{sys.argv[2]}-{number}")
"""


def test_concurrent_processes_append_to_one_chain(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], cwd=ENGINE) for name in ("a", "b", "c")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    chain = read_chain(Lab(tmp_path).registrations)
    assert {entry.experiment_id for entry in chain.entries} == {f"{w}-{n}" for w in "abc" for n in range(10)}
    assert len(chain.entries) == 30
