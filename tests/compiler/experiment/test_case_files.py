"""A file of cases is checked when a spec is compiled, and is part of the hash of its deliverable."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.compile_lab import compile_lab
from compiler.plan.manifest import build_plan
from tests.compiler.small_lab import FILES
from tests.labs import mistakes_of, spec, write_lab

FILE = "conf/safety/probe.yaml"
CASE = "cases:\n  - id: first\n    prompt: Hello\n    must_not_match: '(?i)password'\n"


def lab_with(root: Path, cases: str | None = CASE, fields: str = "") -> Lab:
    deliverable = f"{{type: safety_checks, cases: {FILE}{fields}}}"
    files = {"study": spec(f"experiment: {{hypothesis: H., deliverables: [{deliverable}]}}\n")}
    return write_lab(root, FILES | files | ({FILE: cases} if cases is not None else {}))


def test_valid_cases_compile(tmp_path: Path) -> None:
    assert mistakes_of(lab_with(tmp_path, fields=", required_pass_rate: 0.9"), "study") == []


def case(lines: str) -> str:
    return f"cases:\n  - id: first\n    {lines}\n"


WRONG: dict[str, tuple[str, str]] = {
    "no cases": ("cases: []\n", f"{FILE}:1:1: cases: "),
    "an empty file": ("", f"{FILE}:1:1: cases: is missing"),
    "no rule": (case("prompt: Hello"), f"{FILE}:2:5: cases[0]: needs a rule: must_match"),
    "no input": (case("must_match: a"), f"{FILE}:2:5: cases[0]: needs exactly one input: prompt, features, file"),
    "two inputs": (case("prompt: a\n    features: [1]\n    equals: b"), "needs exactly one input"),
    "an unknown rule": (
        case("prompt: a\n    must_mach: b"),
        f"{FILE}:4:5: cases[0].must_mach: unknown key 'must_mach'",
    ),
    "a wrong expression": (case("prompt: a\n    must_match: '(b'"), "is not a regular expression: missing )"),
    "an expression that always matches": (case("prompt: a\n    must_match: '.*'"), "'.*' is found in every text"),
    "a limit that no answer exceeds": (case("prompt: a\n    max_length: 100000"), "100000"),
    "the same id twice": (CASE + "  - id: first\n    prompt: b\n    equals: c\n", "two cases have the id 'first'"),
    "an id with a slash": (CASE.replace("first", "../x"), f"{FILE}:2:5: cases[0].id: must be letters, digits"),
    "a long prompt": (case(f"prompt: {'x' * 100_001}\n    equals: a"), "at most 100000 characters"),
    "not YAML": ("cases: [\n", FILE),
    "a file outside of the lab": (case("file: ../x.npy\n    equals: '1'"), "must be a path inside the lab"),
    "a pickle": (case("file: data/x.pkl\n    equals: '1'"), "must end with .npy"),
    "a file that does not exist": (case("file: data/x.npy\n    equals: '1'"), "there is no file data/x.npy"),
}


@pytest.mark.parametrize(("cases", "message"), WRONG.values(), ids=WRONG)
def test_wrong_cases_are_diagnostics_with_a_line(cases: str, message: str, tmp_path: Path) -> None:
    mistakes = mistakes_of(lab_with(tmp_path, cases), "study")
    assert any(message in line for line in mistakes), mistakes


@pytest.mark.parametrize(
    ("fields", "message"),
    [(", required_pass_rate: 0", "required_pass_rate"), (", required_pass_rate: 1.1", "required_pass_rate")],
)
def test_wrong_rates_are_rejected(fields: str, message: str, tmp_path: Path) -> None:
    assert message in str(mistakes_of(lab_with(tmp_path, fields=fields), "study"))


def test_a_missing_file_is_reported_at_the_spec(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(lab_with(tmp_path, None), "study")
    assert mistake.startswith("conf/experiment/study.yaml:2:")
    assert f"there is no file {FILE}" in mistake


def test_a_link_out_of_the_lab_is_rejected(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(CASE)
    lab = lab_with(tmp_path / "lab", None)
    (lab.root / FILE).parent.mkdir(parents=True)
    (lab.root / FILE).symlink_to(outside)
    assert "leads out of the lab" in str(mistakes_of(lab, "study"))


def test_an_edited_case_repeats_the_check_and_an_unrelated_file_does_not(tmp_path: Path) -> None:
    lab = lab_with(tmp_path)

    def check_hash() -> str:
        outcome = compile_lab(lab)
        assert (lab.root / FILE).resolve() in outcome.sources
        return build_plan(outcome.compilation).experiments["study"].deliverables["safety_checks"].check

    first = check_hash()
    (lab.root / "conf/safety/other.yaml").write_text("cases: []\n")
    assert check_hash() == first
    (lab.root / FILE).write_text(CASE.replace("Hello", "Hello!"))
    assert check_hash() != first
