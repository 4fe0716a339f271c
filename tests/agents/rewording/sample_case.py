"""A small case, a document that code has written, and a scripted model, for tests of rewording."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.context.case import Book, Case
from agents.context.library import Entry
from agents.context.results import Results
from agents.documents.document import Bullets, Document, Figure, Paragraph, Section, Table
from agents.facts.fact import Fact, Source, by_id
from agents.facts.series import Series
from agents.facts.verdict import Verdict
from agents.language_model.protocol import ModelUnavailable, Reply, Request, ToolCall
from agents.rewording.prompting.prompts import Prompt
from compiler.plan.genealogy_entry import GenealogyEntry
from tests.agents.rewording.data_reader import read_data_block

SOURCE = Source("results/experiments/digits_lr/results.json", "0" * 64)
PROMPT = Prompt("technical_report", "Reword the texts.")


def fact(name: str, value: Any, subject: str = "experiment", unit: str = "", label: str = "") -> Fact:
    return Fact(name, value, unit, 5, subject, label or name.rpartition(".")[2], SOURCE, "agents.facts:read")


SLOW, FAST, RUN = "arm[model.lr=0.001]", "arm[model.lr=0.01]", "run[model.lr=0.01,seed=0]"
FACTS = (
    fact("experiment.runs", 15, unit="runs"),
    fact("experiment.runs.failed", 0, unit="runs"),
    fact(f"{SLOW}.level", "0.001", SLOW, "level"),
    fact(f"{FAST}.level", "0.01", FAST, "level"),
    fact(f"{SLOW}.accuracy.mean", 0.90, SLOW, "share", "mean accuracy"),
    fact(f"{FAST}.accuracy.mean", 0.95, FAST, "share", "mean accuracy"),
    fact(f"{RUN}.accuracy", 0.951, RUN, "share", "accuracy"),
    fact(
        "run[model.lr=0.01,seed=0].failure",
        "loss nan: accuracy doubled",
        "run[model.lr=0.01,seed=0]",
        "text",
        "failure",
    ),
)
VERDICT = Verdict(
    "hypothesis",
    "supported",
    "accuracy is higher with model.lr = 0.01 than with 0.001",
    "Accuracy is higher with model.lr = 0.01 than with 0.001 (p = 0.008).",
    (SLOW, FAST),
    (f"{SLOW}.accuracy.mean", f"{FAST}.accuracy.mean"),
)
SPEC: dict[str, Any] = {
    "name": "Learning rate on digits",
    "hypothesis": "A learning rate of 0.01 gives a higher test accuracy than 0.001.",
    "sweep": {"model.lr": "0.001,0.01", "seed": "range(5)", "model.activation": "relu,gelu"},
    "compare": {"metric": "accuracy", "goal": "maximize", "factor": "model.lr", "control": 0.001},
    "points": [
        {
            "name": f"model.lr={lr},seed={seed}",
            "overrides": {"model.lr": lr, "seed": seed, "model.activation": name},
            "run": "a",
        }
        for lr in (0.001, 0.01)
        for seed in range(5)
        for name in ("relu", "gelu")
    ],
}
ENTRY = Entry("smith2015", "article", "Rates", ("Smith",), "2015", abstract="We vary rates.")
BOOK = Book(by_id(FACTS), {"hypothesis": VERDICT}, SPEC, {"smith2015": ENTRY})
GENEALOGY = (
    GenealogyEntry("digits_baseline", None, None, (), "Something to compare against.", ""),
    GenealogyEntry("digits_lr", "digits_baseline", "declared", (), "Five epochs are few.", ""),
    GenealogyEntry("unrelated", None, None, (), "Another study.", ""),
)
SERIES = (Series(RUN, "eval_loss", (0, 1), (1.0, 0.5), SOURCE),)
CASE = Case("digits_lr", BOOK, None, Results("completed", False, "accuracy"), SERIES, GENEALOGY)

# slots of DOCUMENT
SUMMARY = "sections.summary.blocks.0.text"
ARM = "sections.results.blocks.0.text"
RUNS = "sections.results.blocks.1.items.0"
MEAN = f"The mean accuracy was {{{{f:{FAST}.accuracy.mean}}}}."  # a valid rewording of the text at ARM
DOCUMENT = Document(
    kind="technical_report",
    experiment_id="digits_lr",
    title="{{spec:name}}",
    sections=(
        Section(
            id="summary",
            title="Summary",
            blocks=(
                Paragraph(text="The registered test says that {{v:hypothesis}}."),
                Paragraph(text="Of all runs, {{f:experiment.runs.failed}} failed.", is_required=True),
            ),
        ),
        Section(
            id="results",
            title="Results",
            blocks=(
                Paragraph(text=f"With {{{{f:{FAST}.level}}}} the mean accuracy was {{{{f:{FAST}.accuracy.mean}}}}."),
                Bullets(items=("Runs: {{f:experiment.runs}}, of which {{f:experiment.runs.failed}} failed.",)),
                Table(id="arms", caption="Arms", columns=("arm",), rows=((f"{{{{f:{FAST}.level}}}}",),)),
                Figure(id="curves", path="analysis/curves.png", caption="Curves by arm", alt="Lines"),
            ),
        ),
    ),
)


def texts(**texts_by_slot: str) -> str:
    """Return an answer that matches the schema: `texts(**{SUMMARY: "…"})`."""
    return json.dumps({"texts": texts_by_slot})


ScriptedReply = str | Reply | ModelUnavailable | Callable[[Request], Any]


@dataclass
class Model:
    """A channel that gives the replies of its script in order. After the last reply the model is unavailable."""

    script: Sequence[ScriptedReply]
    requests: list[Request] = field(default_factory=list)

    def ask(self, request: Request) -> Reply:
        self.requests.append(request)
        if len(self.requests) > len(self.script):
            raise ModelUnavailable("the script has no more replies")
        entry = self.script[len(self.requests) - 1]
        answer = entry(request) if callable(entry) else entry
        if isinstance(answer, ModelUnavailable):
            raise answer
        return answer if isinstance(answer, Reply) else Reply(answer)


def calls(*functions: tuple[str, Mapping[str, Any] | str]) -> Reply:
    """Return a reply that calls tools, given by name and arguments."""
    tool_calls = (
        ToolCall(f"call_{number}", name, arguments if isinstance(arguments, str) else json.dumps(arguments))
        for number, (name, arguments) in enumerate(functions)
    )
    return Reply("", tuple(tool_calls), "tool_calls")


def data_of(request: Request) -> dict[str, Any]:
    """Return the briefing that a request contains."""
    data: dict[str, Any] = read_data_block(str(request.messages[1]["content"]))
    return data
