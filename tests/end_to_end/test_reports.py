"""Reports of studies with different verdicts and failures, written without network and language model."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from compiler.base.json_files import read_json
from compiler.base.paths import ENGINE
from compiler.stages.names import GATES
from proband.cli.main import main
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.specs import CopyOf
from tests.end_to_end.support.studies import ANALYSES, REPORTS, STUDIES, VERDICTS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reports")]

OWN_ANALYST = '''
"""Counts the runs of an experiment."""

from agents.api import Analysis, Finding

def analyse(case, task, figures):
    text = "There are {{f:experiment.runs}} runs."
    finding = Finding(id="count", text=text, facts=("experiment.runs",))
    about = {"analyst": "counting", "experiment_id": case.experiment_id, "title": "A count", "summary": text}
    return Analysis(**about, findings=(finding,))
'''
OWN_WRITER = '''
"""A note of one paragraph."""

from agents.api import Document, Paragraph, Section

def write(case, analyses, integration):
    text = "Of {{f:experiment.runs}} runs, {{f:experiment.runs.completed}} completed."
    section = Section(id="runs", title="Runs", blocks=(Paragraph(text=text),))
    return Document(kind="note", experiment_id=case.experiment_id, title="A note", sections=(section,))
'''


def build_studies(lab: RealLab) -> None:
    for name, text in STUDIES.items():
        lab.write(f"conf/experiment/{name}.yaml", text)
    build = lab.snakemake(*STUDIES)
    assert build.exit_code == 1, "an arm of one study diverges, so a required deliverable is not met"
    lab.write("build.log", build.output)


@pytest.fixture
def studies(built_labs: BuiltLabs) -> RealLab:
    """The four studies, for tests that only read them."""
    return built_labs.original(build_studies)


def home(lab: RealLab, study: str) -> Path:
    return lab.root / "results/experiments" / study


def read(file: Path) -> str:
    """Return a Markdown file without its links, on one line."""
    return " ".join(re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", file.read_text("utf-8")).split())


@pytest.mark.parametrize("study", STUDIES)
def test_a_build_writes_verdict_analyses_and_reports(studies: RealLab, study: str) -> None:
    results = studies.json(f"experiments/{study}/results.json")
    assert results["verdict"] == VERDICTS[study]
    assert [path for path in results["analysis_reports"] if not (home(studies, study) / path).is_file()] == []
    assert {Path(path).stem for path in results["analysis_reports"]} == {*ANALYSES, *REPORTS}
    assert studies.json(f"experiments/{study}/analysis/quality_review.json")["passed"]


def test_a_deliverable_on_a_report_is_checked_after_the_report_and_belongs_to_its_gate(studies: RealLab) -> None:
    checked = studies.json("experiments/clear/deliverables/report.json")
    assert (checked["status"], checked["runs"]) == ("delivered", {})
    results = studies.json("experiments/clear/results.json")
    assert (results["report_deliverables"], "report" in results["deliverables_status"]) == (["report"], False)
    gates = {file.stem: read_json(file) for file in (home(studies, "clear") / "gates").glob("*.json")}
    assert {name: gate["status"] for name, gate in gates.items()} == dict.fromkeys(GATES[:-1], "passed")
    assert set(gates["reports"]["held"]) == {*REPORTS, "report"}


def test_a_missed_deliverable_is_reported_in_one_line(studies: RealLab) -> None:
    assert "diverging: 4 of 12 runs miss accuracy >= 0.5" in (studies.root / "build.log").read_text("utf-8")


@pytest.mark.parametrize("study", STUDIES)
def test_facts_support_every_number_of_a_report(
    studies: RealLab, study: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for report in REPORTS:
        file = home(studies, study) / "reports" / f"{report}.md"
        path = str(file.relative_to(studies.root))
        exit_code = main(["-C", str(studies.root), "check", path, "--experiment", study])
        assert exit_code == 0, capsys.readouterr()
        pdf = file.with_suffix(".pdf").read_bytes()
        assert pdf.startswith(b"%PDF")
        assert len(pdf) > 20_000


@pytest.mark.parametrize("study", STUDIES)
def test_a_report_states_verdict_failures_and_number_of_runs(studies: RealLab, study: str) -> None:
    texts = {report: read(home(studies, study) / "reports" / f"{report}.md") for report in REPORTS}
    for report, text in texts.items():
        lower_text = text.casefold()
        assert VERDICTS[study] in lower_text, report
        assert "runs" in lower_text, report
        assert "no effect" not in lower_text, report
    if study == "two_seeds":
        assert "4 runs per arm" in texts["technical_report"]


def test_each_number_of_a_page_links_to_its_fact(studies: RealLab) -> None:
    page = (home(studies, "clear") / "reports/technical_report.html").read_text("utf-8")
    linked = set(re.findall(r'href="#(fact-[^"]+)"', page))
    assert len(linked) > 20
    assert linked <= set(re.findall(r'id="(fact-[^"]+)"', page))


def test_a_number_is_traced_to_its_files(studies: RealLab) -> None:
    fact = "arm[model.lr=0.01].accuracy.mean"
    report = "results/experiments/clear/reports/technical_report.json"
    traced = studies.proband("trace", report, fact, "--json")
    assert traced.returncode == 0, traced.stderr
    assert traced.stdout.count("eval_results.json") >= 4
    assert studies.proband("trace", report, "0.123456789").returncode == 1


def test_a_number_without_a_fact_fails_the_check(studies: RealLab, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("With a learning rate of 0.01 the mean accuracy was 0.9987.\n", encoding="utf-8")
    checked = studies.proband("check", str(draft), "--experiment", "clear", "--json")
    assert checked.returncode == 1
    assert [objection["span"] for objection in json.loads(checked.stdout)["objections"]] == ["0.9987"]


def test_facts_are_shown_as_a_table_and_as_json(studies: RealLab) -> None:
    table = studies.proband("facts", "clear").stdout
    assert "accuracy.mean" in table.partition("arm[model.lr=0.01]")[2]
    facts = json.loads(studies.proband("facts", "clear", "--json").stdout)["facts"]
    assert {"id", "value", "unit", "n", "subject", "source", "function"} <= facts[0].keys()


def test_a_copy_of_a_finished_lab_has_nothing_to_build(copy_of: CopyOf) -> None:
    dry = copy_of(build_studies).snakemake("--dry-run", "clear", "two_seeds", "null_result")
    assert "Nothing to be done" in dry.output


def test_proposals_compile(copy_of: CopyOf) -> None:
    lab = copy_of(build_studies)
    proposals = sorted((home(lab, "two_seeds") / "proposals").glob("*.yaml"))
    assert proposals
    for file in proposals:
        lab.write(f"conf/experiment/{file.name}", file.read_text("utf-8"))
    compiled = lab.proband("compile", *(file.stem for file in proposals))
    assert compiled.returncode == 0, compiled.stderr


def test_an_analyst_and_a_writer_of_the_lab_run_and_an_edited_writer_rewrites_only_its_report(copy_of: CopyOf) -> None:
    lab = copy_of(build_studies)
    spec = "conf/experiment/two_seeds.yaml"
    lab.write("counting.py", OWN_ANALYST)
    lab.write("notes.py", OWN_WRITER)
    lab.edit(spec, "baseline_comparison]", "baseline_comparison, 'counting:analyse']")
    lab.edit(spec, "paper_draft]", "paper_draft, 'notes:write']")
    build = lab.snakemake("two_seeds")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert (home(lab, "two_seeds") / "analysis/analyse.json").is_file()
    assert "Of 4 runs, 4 completed." in read(home(lab, "two_seeds") / "reports/write.md")
    lab.edit("notes.py", "runs, {{f", "trainings, {{f")
    build = lab.snakemake("two_seeds")
    assert build.exit_code == 0, build.output
    assert build.jobs("report") == 1
    assert "analysis " not in build.output.partition("Job stats")[2].partition("total")[0]
    assert "Of 4 trainings" in read(home(lab, "two_seeds") / "reports/write.md")


def test_a_writer_that_types_a_number_leaves_a_draft_with_objections_and_no_report(copy_of: CopyOf) -> None:
    lab = copy_of(build_studies)
    lab.write("notes.py", OWN_WRITER)
    lab.edit("conf/experiment/two_seeds.yaml", "paper_draft]", "paper_draft, 'notes:write']")
    assert lab.snakemake("two_seeds").exit_code == 0
    folder = home(lab, "two_seeds")
    assert (folder / "reports/write.pdf").is_file()
    gate = read_json(folder / "gates/reports.json")
    assert (gate["status"], gate["held"]) == ("passed", [*sorted([*REPORTS, "write"]), "report"])

    lab.edit("notes.py", "completed.", "completed, with an accuracy of 0.987.")
    build = lab.snakemake("two_seeds")
    assert (build.exit_code, build.trained) == (1, frozenset()), build.output
    assert "two_seeds: write: 1 passage that no fact or verdict supports; see results/" in build.output
    assert "two_seeds: delivered" not in build.output
    assert [*folder.glob("reports/**/write*")] == []
    assert "0.987" in (folder / "drafts/write.md").read_text("utf-8")
    (objection,) = read_json(folder / "drafts/write.objections.json")["objections"]
    assert (objection["span"], objection["slot"]) == ("0.987", "sections.runs.blocks.0.text")
    gate = read_json(folder / "gates/reports.json")
    assert (gate["status"], [failed["name"] for failed in gate["failed"]]) == ("failed", ["write"])
    assert lab.snakemake("two_seeds").exit_code == 1, "the next build does not accept the draft either"

    lab.edit("notes.py", ", with an accuracy of 0.987", "")
    build = lab.snakemake("two_seeds")
    assert build.exit_code == 0, build.output
    assert (folder / "reports/write.md").is_file()
    assert not [*folder.glob("drafts/write*")]
    assert read_json(folder / "gates/reports.json")["status"] == "passed"


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="needs latexmk, from Debian's package of that name")
@pytest.mark.parametrize("study", STUDIES)
def test_the_paper_compiles_with_latex(studies: RealLab, study: str, tmp_path: Path) -> None:
    reports = home(studies, study) / "reports"
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", f"-outdir={tmp_path}", "paper_draft.tex"]
    completed = subprocess.run(command, cwd=reports, capture_output=True, text=True, errors="replace", check=False)
    assert completed.returncode == 0, completed.stdout[-3000:]
    assert "undefined references" not in (tmp_path / "paper_draft.log").read_text("utf-8", "replace")


def test_snakemakes_report_includes_reports_and_figures(copy_of: CopyOf) -> None:
    lab = copy_of(build_studies)
    build = lab.snakemake("--report", "report.zip", "clear")
    assert build.exit_code == 0, build.output
    with zipfile.ZipFile(lab.root / "report.zip") as archive:
        names = [name for name in archive.namelist() if "report" in name]
        page = "".join(archive.read(name).decode("utf-8", "replace") for name in names)
    for word in ("technical_report", "Figures", "Reports", "PDF"):
        assert word in page


@pytest.mark.parametrize("job", ["facts", "agenda", "analysis", "integration", "quality_review", "report"])
def test_no_step_after_training_imports_torch(job: str) -> None:
    code = f"import sys, rules.jobs.{job}; print('torch' in sys.modules or 'lightning' in sys.modules)"
    completed = subprocess.run([sys.executable, "-c", code], cwd=ENGINE, capture_output=True, text=True, check=True)
    assert completed.stdout.strip() == "False"
