"""Put a case to one analyst, and write what it found."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from agents.analysis import Analysis
from agents.analysts.registry import UnknownAnalyst, analyst
from agents.case import Case
from agents.coordinator import Task, agenda_from_json
from compiler.json_files import read_json, write_json
from compiler.paths import Lab
from rules.case import read_case

Wording = Callable[[Case, Analysis], Analysis]


class AnalystFailed(Exception):
    """An analyst raised, or answered with something that is no analysis: a mistake in its code. The cause is kept."""


def main() -> int:
    plan, experiment, name = sys.argv[1:]
    lab = Lab(Path())
    try:
        write_analysis(lab, read_case(lab, read_json(Path(plan)), experiment), name)
    except UnknownAnalyst as error:
        print(f"{experiment}: {error}", file=sys.stderr)
        return 2
    except AnalystFailed as error:
        traceback.print_exception(error.__cause__)
        print(f"{experiment}: {error}", file=sys.stderr)
        return 1
    return 0


def as_it_is(case: Case, analysis: Analysis) -> Analysis:  # noqa: ARG001
    """The deterministic text."""
    return analysis


def write_analysis(lab: Lab, case: Case, name: str, wording: Wording = as_it_is) -> None:
    """Raises UnknownAnalyst, AnalystFailed."""
    task = agenda_from_json(read_json(lab.agenda(case.experiment_id))).task(name)
    found = wording(case, analysed(case, task, lab.analysis_folder(case.experiment_id) / "figures"))
    write_json(lab.analysis(case.experiment_id, name), found.model_dump(mode="json"))


def analysed(case: Case, task: Task, figures: Path) -> Analysis:
    """Raises UnknownAnalyst, AnalystFailed."""
    analyse = analyst(task.analyst)
    try:
        found: object = analyse(case, task, figures)
    except Exception as error:  # the analyst may be a user's, and raise anything
        reason = " ".join(str(error).split()) or "no reason given"
        raise AnalystFailed(f"analyst '{task.analyst}' failed: {type(error).__name__}: {reason}") from error
    if not isinstance(found, Analysis):
        raise AnalystFailed(f"analyst '{task.analyst}' gave a {type(found).__name__}; it has to give an Analysis")
    return found


if __name__ == "__main__":
    sys.exit(main())
