"""The functions of the analyses and reports that a spec names, and the changes after which their steps are repeated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan, digest_folder, plan_file
from compiler.spec.agent_entry_points import AGENT_FIELDS, analysis_titles, title
from tests.compiler.small_lab import FILES
from tests.labs import mistakes_of, spec, write_lab

ANALYST = "def analyse(case, task, figures): ...\n"
OTHERS = "def write(case, analyses, integration): ...\ndef agenda(case, task, figures): ...\n"
STUDY = spec("""
    experiment:
      hypothesis: H.
      analysis_pipeline: ["lab_analysts:analyse"]
      reports: ["lab_writers:write", blog_post]
""")
LAB = FILES | {
    "lab_analysts.py": ANALYST,
    "lab_writers.py": "import phrases\ndef write(case, analyses, integration): ...\n",
}
LAB |= {"phrases.py": "HELLO = 1\n", "study": STUDY}


@pytest.mark.parametrize(
    ("field", "name", "target"),
    [
        ("analysis_pipeline", "ablation_study", "agents.analysts.ablation_study:analyse"),
        ("reports", "paper_draft", "agents.writers.paper_draft:write"),
        ("reports", "lab_analysts:write", "lab_analysts:write"),
        ("reports", "missing", None),
    ],
    ids=["shipped analyst", "shipped writer", "module and attribute", "unknown"],
)
def test_each_name_has_a_target(field: str, name: str, target: str | None) -> None:
    assert AGENT_FIELDS[field].target(name) == target


@pytest.mark.parametrize(
    ("name", "stem"),
    [("blog_post", "blog_post"), ("my.analysts:robustness", "robustness"), ("lab_analysts:Study.write", "Study_write")],
    ids=["shipped", "module and attribute", "nested attribute"],
)
def test_output_name_is_the_last_part_of_the_name(name: str, stem: str) -> None:
    assert title(name) == stem


def test_titles_of_analyses_have_the_order_of_the_spec() -> None:
    names = ["performance_analysis", "lab_analysts:b", "ablation_study", "lab_analysts:a"]
    titles = analysis_titles({"analysis_pipeline": names})
    assert titles == ["performance_analysis", "b", "ablation_study", "a"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("analysis_pipeline: [nowhere:analyse]", "there is no module 'nowhere' with a source file"),
        (
            "reports: ['others:write', 'lab_writers:write']",
            "'lab_writers:write' has the output name 'write', which is reserved or already in this list",
        ),
        (
            "analysis_pipeline: ['others:agenda']",
            "'others:agenda' has the output name 'agenda', which is reserved or already in this list",
        ),
        ("reports: [blog]", "'blog' is not installed (did you mean 'blog_post'?)"),
    ],
    ids=["no such module", "the same output name", "a reserved output name", "not installed"],
)
def test_invalid_names_are_reported(tmp_path: Path, line: str, message: str) -> None:
    lab = write_lab(tmp_path, LAB | {"others.py": OTHERS, "bad": spec(f"experiment:\n  hypothesis: H.\n  {line}\n")})
    (mistake,) = mistakes_of(lab, "bad")
    assert message in mistake


def digests(lab: Lab) -> dict[str, str]:
    current_plan(lab)
    folder = digest_folder(plan_file(lab, ())) / "study"
    return {str(file.relative_to(folder).with_suffix("")): file.read_text() for file in folder.rglob("*.txt")}


def write(path: str, text: str) -> Callable[[Lab], object]:
    def change(lab: Lab) -> None:
        file = lab.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "repeated"),
    [
        (write("lab_writers.prompt.md", "Be brief.\n"), {"reports/write"}),
        (write("phrases.py", "HELLO = 2\n"), {"reports/write"}),
        (write("lab_analysts.py", ANALYST + "#\n"), {"analyses/analyse"}),
        (
            write("conf/library/own.bib", "@misc{a, title={A}}\n"),
            {"analyses/analyse", "reports/write", "reports/blog_post"},
        ),
        (write("nets.py", "from layers import Layer\nclass Net:\n    def __init__(self, lr, width=4): ...\n"), set()),
    ],
    ids=["prompt of a writer", "module that a writer imports", "code of an analyst", "library", "model"],
)
def test_a_change_repeats_the_steps_that_depend_on_it(
    tmp_path: Path, change: Callable[[Lab], object], repeated: set[str]
) -> None:
    lab = write_lab(tmp_path, LAB)
    before = digests(lab)
    change(lab)
    after = digests(lab)
    assert {name for name in after if after[name] != before[name]} == repeated
