"""A lab registers resolvers in `conf/resolvers.yaml`. Their code is imported only when it is used, and only if trusted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from compiler.plan.compile_lab import compile_lab
from compiler.plan.plan_files import current_plan
from tests.compiler.small_lab import GROUPS
from tests.labs import compile_one, mistakes_of, spec, write_lab

PROBE = spec("experiment: {hypothesis: It learns.}\nmodel: {lr: '${half:${trainer.max_epochs}}'}\n")


def files(module: str, code: str = "def half(x):\n    return x / 2\n") -> dict[str, str | bytes]:
    own: dict[str, str | bytes] = {
        "conf/resolvers.yaml": f"half: {module}:half\n",
        f"{module}.py": code,
        "probe": PROBE,
    }
    return GROUPS | own


def test_resolver_of_the_lab_is_used(lab: Callable[..., Lab]) -> None:
    _, runs = compile_one(lab(files("resolvers_used")), "probe")
    assert [run.config["model"]["lr"] for run in runs.values()] == [0.5]


def test_each_lab_has_its_own_resolvers(tmp_path: Path) -> None:
    half = write_lab(tmp_path / "a", files("resolvers_of_a"))
    third = write_lab(tmp_path / "b", files("resolvers_of_b", "def half(x):\n    return x / 4\n"))
    neither = write_lab(tmp_path / "c", GROUPS | {"probe": PROBE})
    rates = [next(iter(compile_one(lab, "probe")[1].values())).config["model"]["lr"] for lab in (half, third, half)]
    assert rates == [0.5, 0.25, 0.5]
    (line,) = mistakes_of(neither, "probe")
    assert "Unsupported interpolation type half (name its function in conf/resolvers.yaml" in line


def test_code_of_an_untrusted_lab_is_not_imported(lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBAND_TRUST", "list")
    new_lab = lab(files("resolvers_untrusted"))
    (line,) = mistakes_of(new_lab, "probe")
    assert line.startswith("conf/experiment/probe.yaml:3:")
    assert "nothing was run (read its code, then run: proband trust)" in line
    assert "resolvers_untrusted" not in sys.modules


def test_code_is_not_imported_unless_a_config_uses_it(lab: Callable[..., Lab]) -> None:
    plain = spec("experiment: {hypothesis: It learns.}\n")
    assert compile_lab(lab(files("resolvers_unused") | {"probe": plain})).diagnostics == ()
    assert "resolvers_unused" not in sys.modules


def test_plan_is_compiled_again_when_the_code_of_a_resolver_changes(lab: Callable[..., Lab]) -> None:
    new_lab = lab(files("resolvers_changed"))
    before = current_plan(new_lab)
    (new_lab.root / "resolvers_changed.py").write_text("def half(x):\n    return x / 4\n")
    del sys.modules["resolvers_changed"]
    assert current_plan(new_lab).runs.keys() != before.runs.keys()


FAILING = {
    "missing module": (None, "No module named 'resolvers_failing'"),
    "missing function": ("x = 1\n", "has no attribute 'half'"),
    "invalid Python": ("def half(:\n", "invalid syntax"),
    "exception": ("def half(x):\n    raise ValueError('too small')\n", "too small"),
}


@pytest.mark.parametrize(("code", "message"), FAILING.values(), ids=FAILING)
def test_failing_resolvers_are_located(code: str | None, message: str, lab: Callable[..., Lab]) -> None:
    sys.modules.pop("resolvers_failing", None)
    new_lab = lab(files("resolvers_failing", code or ""))
    if code is None:
        (new_lab.root / "resolvers_failing.py").unlink()
    (line,) = mistakes_of(new_lab, "probe")
    assert line.startswith("conf/experiment/probe.yaml:3:")
    assert message in line


WRONG = {
    "no function": ("half: 3\n", "conf/resolvers.yaml:1:1: half: must be a function (write half: module:function)"),
    "path of a file": (
        "half: a/b.py:half\n",
        "conf/resolvers.yaml:1:1: half: must be a function (write half: module:function)",
    ),
    "name of OmegaConf": (
        "oc.env: os:getenv\n",
        "conf/resolvers.yaml:1:1: oc.env: is a resolver of OmegaConf itself (choose another name)",
    ),
    "list": ("- a:b\n", "conf/resolvers.yaml:1:1: must be a mapping of keys to values"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_wrong_entries_are_rejected(text: str, message: str, lab: Callable[..., Lab]) -> None:
    with pytest.raises(CompileError) as error:
        compile_lab(lab(files("resolvers_wrong") | {"conf/resolvers.yaml": text}))
    assert str(error.value) == message
