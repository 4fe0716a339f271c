"""A damaged spec gives diagnostics and never another exception. Each diagnostic has a position in its file."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import ENGINE, Lab
from compiler.plan.compile_lab import compile_lab
from compiler.plan.plan_files import write_plan
from tests.labs import HEADER, write_lab

Files = dict[str, str | bytes]
SHIPPED = {file.stem: file.read_text(encoding="utf-8") for file in sorted((ENGINE / "conf/experiment").glob("*.yaml"))}
UNUSUAL_VALUES = [
    *("", "~", "null", "true", "no", "0", "-1", "1e999", ".nan", "-.inf", "0x1F", "1_000", "1:30", "2026-13-45", "0b_"),
    *("=", "<<", "???", "*a", "&a b", "!x y", "!!int z", "|", ">-", "? x", "- x", "[1, 2", "{a: b", "'", '"', '"\\ud800"'),
    *("${seed}", "${nope}", "${", "${oc.env:HOME}", "${oc.env:API_KEY}", "${now:%Y}", "\\${x}", "${experiment}", "${.}"),
    *("range(3)", "interval(0,1)", "choice(", "a,b", "glob(*)", "../../etc", "/etc/passwd", "é", "日本", "\u2028", "\ufeff"),
    *("[]", "{}", "[[[[]]]]", "{a: {b: {c: 1}}}", "[a, {b: [c]}]", "lightning.Trainer", "os.system", "9" * 5000, "x" * 500),
    *("a: b: c", "\t", "#", "%TAG", "---", "...", "@x", "`x`", "{a: 1, a: 2}", "[" * 40, "{_target_: builtins.dict}"),
]  # fmt: skip
KEYS = [
    "experiment",
    "hypothesis",
    "sweep",
    "compare",
    "deliverables",
    "metadata",
    "config",
    "parent",
    "defaults",
    "model",
]
SHARED = ["conf/config.yaml", "conf/model/mlp.yaml", "conf/trainer/default.yaml", "conf/data/digits.yaml", "dvc.lock"]


@st.composite
def mutated_lines(draw: Any, *texts: str) -> str:
    """Return a shipped file after a few edits of lines and values."""
    lines = draw(st.sampled_from(texts)).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(lines) - 1))
        line = lines[index]
        kind = draw(st.sampled_from(["delete", "double", "swap", "value", "insert", "retype", "indent", "cut", "key"]))
        if kind == "delete":
            del lines[index : index + 1]
        elif kind == "double":
            lines.insert(index, line)
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[index], lines[other] = lines[other], line
        elif kind == "value":
            lines[index] = f"{line.partition(': ')[0]}: {draw(st.sampled_from(UNUSUAL_VALUES))}"
        elif kind == "insert":
            lines.insert(
                index,
                " " * draw(st.integers(0, 6))
                + draw(st.sampled_from(KEYS))
                + ": "
                + draw(st.sampled_from(UNUSUAL_VALUES)),
            )
        elif kind == "retype":
            column = draw(st.integers(0, len(line)))
            lines[index] = line[:column] + draw(st.sampled_from(UNUSUAL_VALUES) | st.characters()) + line[column + 1 :]
        elif kind == "indent":
            lines[index] = " " * draw(st.integers(0, 6)) + line.lstrip()
        elif kind == "cut":
            lines = [*lines[:index], line[: draw(st.integers(0, len(line)))]]
        else:
            lines[index] = line.replace(line.strip().partition(":")[0], draw(st.sampled_from(KEYS)), 1)
        lines = lines or [""]
    return "\n".join(lines)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(UNUSUAL_VALUES)
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


@st.composite
def random_yaml(draw: Any) -> str:
    """Return a spec with valid keys and arbitrary values."""
    node = draw(st.dictionaries(st.sampled_from(KEYS), trees, max_size=4))
    config = draw(
        st.dictionaries(st.sampled_from(["model", "trainer", "data", "seed", "defaults", "x"]), trees, max_size=2)
    )
    return HEADER + str(yaml.safe_dump({"experiment": {"hypothesis": "H."} | node} | config, allow_unicode=True))


specs = mutated_lines(*SHIPPED.values()) | random_yaml() | st.text(max_size=60) | st.binary(max_size=60)


def check(damaged: list[str | bytes]) -> None:
    """Compile the damaged specs as one lab, and check the diagnostics and the plan."""
    files = {
        f"spec_{number}": text if isinstance(text, bytes) else encoded(text) for number, text in enumerate(damaged)
    }
    with tempfile.TemporaryDirectory() as folder:
        lab = write_lab(Path(folder), files)
        outcome = compile_lab(lab)
        for diagnostic in outcome.diagnostics:
            assert is_in_its_file(diagnostic, lab), diagnostic
            assert str(diagnostic).isprintable(), diagnostic
        plan = write_plan(lab, outcome, lab.state / "plan.json")
        assert json.loads((lab.state / "plan.json").read_text(encoding="utf-8")) == plan.to_json()
        assert len(plan.experiments) + len(plan.broken) == len(files)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")


def is_in_its_file(diagnostic: Diagnostic, lab: Lab) -> bool:
    file = next(root / diagnostic.file for root in (lab.root, ENGINE) if (root / diagnostic.file).is_file())
    lines = file.read_bytes().decode("utf-8", errors="replace").split("\n")
    return 1 <= diagnostic.line <= len(lines) and 1 <= diagnostic.column <= len(lines[diagnostic.line - 1]) + 1


@st.composite
def damaged_shared(draw: Any) -> Files:
    """Return one or two damaged files that experiments share."""
    names = draw(st.lists(st.sampled_from(SHARED), min_size=1, max_size=2, unique=True))
    texts = {name: (ENGINE / name).read_text(encoding="utf-8") for name in names}
    return {name: encoded(draw(mutated_lines(text))) for name, text in texts.items()}


def check_shared(files: Files) -> None:
    """Compile a valid spec with damaged shared files, and check the diagnostics."""
    with tempfile.TemporaryDirectory() as folder:
        lab = write_lab(Path(folder), files | {"lr": SHIPPED["digits_lr"], "parent": SHIPPED["digits_baseline"]})
        try:
            diagnostics = compile_lab(lab).diagnostics
        except CompileError as error:
            diagnostics = error.diagnostics
        for diagnostic in diagnostics:
            assert is_in_its_file(diagnostic, lab), diagnostic


@pytest.mark.slow
@settings(max_examples=14)
@given(st.lists(specs, min_size=5, max_size=5))
def test_a_damaged_spec_gives_diagnostics(damaged: list[str | bytes]) -> None:
    check(damaged)


@pytest.mark.soak(only=True)
@settings(max_examples=40)
@given(st.lists(specs, min_size=4, max_size=8))
def test_many_damaged_specs_give_diagnostics(damaged: list[str | bytes]) -> None:
    check(damaged)


@settings(max_examples=10)
@given(damaged_shared())
def test_damaged_shared_files_give_diagnostics(files: Files) -> None:
    check_shared(files)


@pytest.mark.soak(only=True)
@settings(max_examples=40)
@given(damaged_shared())
def test_many_damaged_shared_files_give_diagnostics(files: Files) -> None:
    check_shared(files)
