"""Render what a build would run as Markdown, for a comment on a pull request. All texts of specs are quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiler.base.printable import printable_line
from compiler.view.explain import Explanation

MAX_CHARACTERS = 60_000  # GitHub rejects a comment of over 65,536 characters
_MAX_TEXT = 500
_HEADER = "| experiment | hypothesis | runs | to train | estimate | deliverables |\n|---|---|---|---|---|---|"
_CUT = "\n\n(cut: the text is longer than a comment may be; `proband explain` shows all)\n"


def markdown(explanations: Sequence[Explanation], broken: Sequence[str]) -> str:
    """Return a heading, the diagnostics, and a table with the experiments that would be built."""
    count = len({run for explanation in explanations for run in explanation.to_train})
    parts = [f"### Proband: {count} {'run' if count == 1 else 'runs'} to train"]
    if broken:
        parts.append("Not built, because they do not compile:\n\n" + "\n".join(f"- {_quoted(line)}" for line in broken))
    if explanations:
        rows = "\n".join(map(_row, explanations))
        parts.append(f"{_HEADER}\n{rows}")
    text = "\n\n".join(parts) + "\n"
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - len(_CUT)].rpartition("\n")[0] + _CUT


def _row(explanation: Explanation) -> str:
    experiment, cost = explanation.experiment, explanation.cost
    hours = f"{cost.hours:.2g} h" if cost is not None and cost.hours is not None else "unknown"
    to_come = f" + {explanation.runs_to_come} of the search" if explanation.runs_to_come else ""
    cells = [
        _quoted(experiment.id),
        _quoted(experiment.design.hypothesis),
        str(len(experiment.runs)),
        f"{len(explanation.to_train)}{to_come}",
        hours if explanation.to_train else "none",
        ", ".join(map(_quoted, explanation.deliverables)),
    ]
    return f"| {' | '.join(cells)} |"


def _quoted(text: str) -> str:
    """Return a text as inline code, in which it is neither a link, a mention nor HTML, and does not end the cell."""
    line = printable_line(text)[:_MAX_TEXT].replace("|", "¦").strip() or "-"
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if longest else ""
    return f"{fence}{padding}{line}{padding}{fence}"
