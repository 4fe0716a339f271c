"""From evidence to paper: one build of four studies that end differently, without network and language model.

The tests of this file share one lab and tell one story in the order they are written.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from build import RealLab
from studies import ANALYSES, REPORTS, STUDIES, VERDICTS

from compiler.base.paths import ENGINE

pytestmark = pytest.mark.slow

OWN_ANALYST = '''
"""Counts the runs of an experiment."""

from agents.analysis.analysis_schema import Analysis, Finding

def analyse(case, task, figures):
    text = "There are {{f:experiment.runs}} runs."
    finding = Finding(id="count", text=text, facts=("experiment.runs",))
    about = {"analyst": "counting", "experiment_id": case.experiment_id, "title": "A count", "summary": text}
    return Analysis(**about, findings=(finding,))
'''
OWN_WRITER = '''
"""A note of one paragraph."""

from agents.documents.document import Document, Paragraph, Section

def write(case, analyses, integration):
    text = "Of {{f:experiment.runs}} runs, {{f:experiment.runs.completed}} completed."
    section = Section(id="runs", title="Runs", blocks=(Paragraph(text=text),))
    return Document(kind="note", experiment_id=case.experiment_id, title="A note", sections=(section,))
'''


@pytest.fixture(scope="module")
def lab(shared_lab: RealLab) -> RealLab:
    for name, text in STUDIES.items():
        shared_lab.write(f"conf/experiment/{name}.yaml", text)
    return shared_lab


def home(lab: RealLab, study: str) -> Path:
    return lab.root / "results/experiments" / study


def read(file: Path) -> str:
    """Markdown without its links, on one line."""
    return " ".join(re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", file.read_text("utf-8")).split())


def test_one_build_writes_all_of_it(lab: RealLab) -> None:
    build = lab.snakemake(*STUDIES)
    assert build.code == 1, "one study does not deliver: an arm of it diverges"
    assert "diverging: 4 of 12 runs miss accuracy >= 0.5" in build.output
    for study in STUDIES:
        results = lab.json(f"experiments/{study}/results.json")
        assert results["verdict"] == VERDICTS[study]
        missing = [path for path in results["analysis_reports"] if not (home(lab, study) / path).is_file()]
        assert missing == []
        assert {Path(path).stem for path in results["analysis_reports"]} == {*ANALYSES, *REPORTS}
        assert lab.json(f"experiments/{study}/analysis/quality_review.json")["passed"]


def test_nothing_is_left_to_do(lab: RealLab) -> None:
    dry = lab.snakemake("--dry-run", "clear", "two_seeds", "null_result")
    assert "Nothing to be done" in dry.output


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("study", STUDIES)
def test_a_report_is_supported_by_its_facts(lab: RealLab, study: str, report: str) -> None:
    file = home(lab, study) / "reports" / f"{report}.md"
    checked = lab.proband("check", str(file.relative_to(lab.root)), "--experiment", study)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    pdf = file.with_suffix(".pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000


@pytest.mark.parametrize("study", STUDIES)
def test_its_verdict_its_failures_and_its_size_are_told(lab: RealLab, study: str) -> None:
    texts = {report: read(home(lab, study) / "reports" / f"{report}.md") for report in REPORTS}
    for report, text in texts.items():
        words = text.casefold()
        assert VERDICTS[study] in words, report
        assert "runs" in words, report
        assert "no effect" not in words, report
    if study == "two_seeds":
        assert "4 runs per arm" in texts["technical_report"]


def test_each_number_of_a_page_leads_to_its_fact(lab: RealLab) -> None:
    page = (home(lab, "clear") / "reports/technical_report.html").read_text("utf-8")
    linked = set(re.findall(r'href="#(fact-[^"]+)"', page))
    assert len(linked) > 20
    assert linked <= set(re.findall(r'id="(fact-[^"]+)"', page))


def test_a_number_is_traced_to_its_files(lab: RealLab) -> None:
    fact = "arm[model.lr=0.01].accuracy.mean"
    report = "results/experiments/clear/reports/technical_report.json"
    traced = lab.proband("trace", report, fact, "--json")
    assert traced.returncode == 0, traced.stderr
    assert traced.stdout.count("eval_results.json") >= 4
    assert lab.proband("trace", report, "0.123456789").returncode == 1


def test_a_number_that_nothing_supports_is_found(lab: RealLab) -> None:
    draft = lab.write("draft.md", "With a learning rate of 0.01 the mean accuracy was 0.9987.\n")
    checked = lab.proband("check", draft.name, "--experiment", "clear", "--json")
    assert checked.returncode == 1
    assert [one["span"] for one in json.loads(checked.stdout)["objections"]] == ["0.9987"]


def test_the_facts_are_a_table(lab: RealLab) -> None:
    table = lab.proband("facts", "clear").stdout
    assert "accuracy.mean" in table.partition("arm[model.lr=0.01]")[2]
    facts = json.loads(lab.proband("facts", "clear", "--json").stdout)["facts"]
    assert {"id", "value", "unit", "n", "subject", "source", "function"} <= facts[0].keys()


def test_proposals_compile(lab: RealLab) -> None:
    proposals = sorted((home(lab, "two_seeds") / "proposals").glob("*.yaml"))
    assert proposals
    for file in proposals:
        lab.write(f"conf/experiment/{file.name}", file.read_text("utf-8"))
    names = [file.stem for file in proposals]
    compiled = lab.proband("compile", *names)
    assert compiled.returncode == 0, compiled.stderr
    for name in names:
        (lab.root / f"conf/experiment/{name}.yaml").unlink()


def test_an_analyst_and_a_writer_of_ones_own(lab: RealLab) -> None:
    lab.write("counting.py", OWN_ANALYST)
    lab.write("notes.py", OWN_WRITER)
    lab.edit("conf/experiment/clear.yaml", "baseline_comparison]", "baseline_comparison, 'counting:analyse']")
    lab.edit("conf/experiment/clear.yaml", "paper_draft]", "paper_draft, 'notes:write']")
    build = lab.snakemake("clear")
    assert build.code == 0, build.output
    assert build.trained == frozenset()
    assert (home(lab, "clear") / "analysis/analyse.json").is_file()
    assert "Of 8 runs, 8 completed." in read(home(lab, "clear") / "reports/write.md")


def test_an_edited_template_rewrites_its_report_only(lab: RealLab) -> None:
    lab.edit("notes.py", "runs, {{f", "trainings, {{f")
    build = lab.snakemake("clear")
    assert build.code == 0, build.output
    assert re.findall(r"^ *report +(\d+)", build.output, re.MULTILINE) == ["1"]
    assert "analysis " not in build.output.partition("Job stats")[2].partition("total")[0]
    assert "Of 8 trainings" in read(home(lab, "clear") / "reports/write.md")


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="needs latexmk, from Debian's package of that name")
@pytest.mark.parametrize("study", STUDIES)
def test_the_paper_compiles_with_latex(lab: RealLab, study: str, tmp_path: Path) -> None:
    reports = home(lab, study) / "reports"
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", f"-outdir={tmp_path}", "paper_draft.tex"]
    done = subprocess.run(command, cwd=reports, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "undefined references" not in (tmp_path / "paper_draft.log").read_text("utf-8", "replace")


def test_snakemakes_own_report_shows_them(lab: RealLab) -> None:
    done = lab.snakemake("--report", "report.zip", "clear")
    assert done.code == 0, done.output
    with zipfile.ZipFile(lab.root / "report.zip") as packed:
        page = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist() if "report" in name)
    for word in ("technical_report", "Figures", "Reports", "PDF"):
        assert word in page


@pytest.mark.parametrize("job", ["facts", "agenda", "analysis", "integration", "quality_review", "report"])
def test_no_step_needs_torch(job: str) -> None:
    code = f"import sys, rules.jobs.{job}; print('torch' in sys.modules or 'lightning' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ENGINE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
