"""Define four small studies on digits with different outcomes, each with all shipped analyses and reports."""

from __future__ import annotations

from tests.end_to_end.support.specs import HEADER

_DOCUMENTS_AND_TRAINER = """\
  analysis_pipeline: [performance_analysis, ablation_study, baseline_comparison]
  reports: [technical_report, blog_post, paper_draft]
  metadata: {created_at: 2026-11-10, tags: [digits, learning-rate]}
tracking: {mode: none}
trainer: {max_epochs: 2}
"""


def _study(hypothesis: str, sweep: str, compare: str, more: str = "", on_gate: str = "stop") -> str:
    return f"""{HEADER}experiment:
  name: A study of digits
  hypothesis: {hypothesis}
  research_question: What does it do to the test accuracy?
  on_gate: {on_gate}
  sweep: {sweep}
  compare: {{metric: accuracy, goal: maximize, {compare}, alpha: 0.05}}
  deliverables:
    - {{type: evaluation_results, metric: accuracy, operator: ">=", value: 0.5}}
    - {{type: comparison, required: false}}
    - {{type: report, report: technical_report, sections: [Results, Limitations]}}
{_DOCUMENTS_AND_TRAINER}{more}"""


_RATE = "A learning rate of 0.01 gives a higher test accuracy than 0.001."
STUDIES = {
    "clear": _study(_RATE, "{model.lr: '0.001,0.01', seed: range(4)}", "factor: model.lr, control: 0.001"),
    "two_seeds": _study(_RATE, "{model.lr: '0.001,0.01', seed: range(2)}", "factor: model.lr, control: 0.001"),
    "diverging": _study(
        _RATE,
        "{model.lr: '0.001,0.01,1e9', seed: range(4)}",
        "factor: model.lr, control: 0.001, treatment: 0.01",
        on_gate="continue",
    ),
    "null_result": _study(
        "A dropout of 0.01 gives a higher test accuracy than none.",
        "{model.dropout: '0.0,0.01', seed: range(4)}",
        "factor: model.dropout, control: 0.0",
        "model: {lr: 0.01}\n",
    ),
}
VERDICTS = {"clear": "supported", "two_seeds": "untestable", "diverging": "supported", "null_result": "inconclusive"}
REPORTS = ("technical_report", "blog_post", "paper_draft")
ANALYSES = ("performance_analysis", "ablation_study", "baseline_comparison")
