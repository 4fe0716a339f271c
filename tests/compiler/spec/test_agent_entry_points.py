"""Names of analyses and reports in a spec: their functions, and the changes that repeat them."""

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
STUDY = spec("""
    experiment:
      hypothesis: H.
      analysis_pipeline: ["mine:analyse"]
      reports: ["theirs:write", blog_post]
""")
LAB = FILES | {"mine.py": ANALYST, "theirs.py": "import phrases\ndef write(case, analyses, integration): ...\n"}
LAB |= {"phrases.py": "HELLO = 1\n", "study": STUDY}


@pytest.mark.parametrize(
    ("field", "name", "target"),
    [
        ("analysis_pipeline", "ablation_study", "agents.analysts.ablation_study:analyse"),
        ("reports", "paper_draft", "agents.writers.paper_draft:write"),
        ("reports", "mine:write", "mine:write"),
        ("reports", "nobody", None),
    ],
    ids=["shipped analyst", "shipped writer", "module and attribute", "unknown"],
)
def test_each_name_has_a_target(field: str, name: str, target: str | None) -> None:
    assert AGENT_FIELDS[field].target(name) == target


@pytest.mark.parametrize(
    ("name", "stem"),
    [("blog_post", "blog_post"), ("my.analysts:robustness", "robustness"), ("mine:Study.write", "Study_write")],
    ids=["shipped", "module and attribute", "nested attribute"],
)
def test_files_are_named_by_the_last_part(name: str, stem: str) -> None:
    assert title(name) == stem


def test_analyses_come_in_the_order_of_the_spec() -> None:
    names = ["performance_analysis", "mine:b", "ablation_study", "mine:a"]
    titles = analysis_titles({"analysis_pipeline": names})
    assert titles == ["performance_analysis", "b", "ablation_study", "a"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("analysis_pipeline: [nowhere:analyse]", "there is no module 'nowhere' with a source file"),
        (
            "reports: ['mine:write', 'theirs:write']",
            "'theirs:write' has the output name 'write', which is reserved or already in this list",
        ),
        (
            "analysis_pipeline: ['mine:agenda']",
            "'mine:agenda' has the output name 'agenda', which is reserved or already in this list",
        ),
        ("reports: [blog]", "'blog' is not installed (did you mean 'blog_post'?)"),
    ],
    ids=["no such module", "the same title", "a file of the build", "not installed"],
)
def test_invalid_names_are_reported(tmp_path: Path, line: str, message: str) -> None:
    lab = write_lab(tmp_path, LAB | {"bad": spec(f"experiment:\n  hypothesis: H.\n  {line}\n")})
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
        (write("theirs.prompt.md", "Be brief.\n"), {"reports/write"}),
        (write("phrases.py", "HELLO = 2\n"), {"reports/write"}),
        (write("mine.py", ANALYST + "#\n"), {"analyses/analyse"}),
        (
            write("conf/library/own.bib", "@misc{a, title={A}}\n"),
            {"analyses/analyse", "reports/write", "reports/blog_post"},
        ),
        (write("nets.py", "from layers import Layer\nclass Net:\n    def __init__(self, lr, width=4): ...\n"), set()),
    ],
    ids=["its prompt", "what it imports", "another's code", "the library", "the model"],
)
def test_a_change_repeats_the_steps_that_depend_on_it(
    tmp_path: Path, change: Callable[[Lab], object], repeated: set[str]
) -> None:
    lab = write_lab(tmp_path, LAB)
    before = digests(lab)
    change(lab)
    after = digests(lab)
    assert {name for name in after if after[name] != before[name]} == repeated
