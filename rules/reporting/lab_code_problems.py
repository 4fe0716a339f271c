"""Import the deliverable types, analysts and writers of a lab before its trainings, and print what is wrong with them.

The compiler reads them from source. This program runs their code, so it also notices errors of imports and validators.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from agents.analysis.entry_points import UnknownName, load_function
from compiler.deliverables.registry import UnknownDeliverableType, deliverable_type
from compiler.parsing.validation import error_lines
from compiler.plan.model import PlannedDeliverable, PlannedExperiment, read_plan
from compiler.spec.agent_entry_points import AGENT_FIELDS
from compiler.view.lab_code import lab_types


def main() -> int:
    plan_file, *experiments = sys.argv[1:]
    plan = read_plan(Path(plan_file))
    problems = [problem for name in experiments for problem in code_problems(plan.experiments[name])]
    print(*problems, sep="\n", file=sys.stderr)
    return 1 if problems else 0


def code_problems(experiment: PlannedExperiment) -> Iterator[str]:
    """Yield a line for each type, analyst and writer of the lab that cannot be used as the spec uses it."""
    for title in lab_types(experiment):
        for problem in _type_problems(experiment.deliverables[title]):
            yield f"{experiment.file}: deliverable '{title}': {problem}"
    for field in AGENT_FIELDS:
        for name in filter(lambda name: ":" in name, map(str, experiment.spec.get(field, ()))):
            try:
                load_function(field, name)
            except UnknownName as error:
                yield f"{experiment.file}: {error}"


def _type_problems(deliverable: PlannedDeliverable) -> Iterator[str]:
    try:
        kind = deliverable_type(str(deliverable.spec["type"]))
        fields = kind.schema.model_validate(deliverable.spec)
    except UnknownDeliverableType as error:
        yield str(error)
    except ValidationError as error:
        yield from error_lines(error)
    else:
        if fields.validation not in kind.checks:
            yield f"type '{fields.type}' has no validation '{fields.validation}' (use one of {', '.join(kind.checks)})"


if __name__ == "__main__":
    sys.exit(main())
