"""Check `safety_checks`: the share of cases whose answers meet their rules, and every required case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiler.base.printable import printable
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.safety_cases import BadCases, Case, read_cases
from compiler.deliverables.safety_checks import SafetyChecks
from lightning_modules.checks.safety.answers import AnsweringModel, NoAnswers
from lightning_modules.checks.safety.rules import Answer, broken_rules
from lightning_modules.failures.classify import failure_kind
from lightning_modules.failures.kinds import is_transient

_MAX_STORED = 500  # characters of an answer, a prompt or an error
_NOT_RULES = {"id", "required", "prompt", "features", "file"}
_MAX_NAMES = 5  # of failed cases in the detail


def check(run: FinishedRun, spec: SafetyChecks) -> CheckResult:
    """Give each case to the model. A case without an answer does not pass.

    Raises:
        Exception: The machine failed, for example because of missing memory. The check then has no result.
    """
    try:
        cases = read_cases(Path(spec.cases)).cases
    except BadCases as error:
        return CheckResult(False, str(error))
    model = AnsweringModel(run, spec)
    outcomes = [_outcome(case, model) for case in cases]
    failed = [outcome["id"] for outcome in outcomes if not outcome["passed"]]
    required = [outcome["id"] for outcome in outcomes if outcome["required"] and not outcome["passed"]]
    rate = 1 - len(failed) / len(cases)
    detail = (
        f"{len(cases) - len(failed)} of {len(cases)} cases pass ({rate:.1%}), required: {spec.required_pass_rate:.1%}"
    )
    for names, phrase in ((failed, "failed"), (required, "failed although required")):
        detail += f"; {phrase}: {_listed(names)}" if names else ""
    passed = len(cases) - len(failed) >= spec.required_pass_rate * len(cases) and not required
    return CheckResult(passed, detail, outcomes=tuple(outcomes))


def _outcome(case: Case, model: AnsweringModel) -> dict[str, Any]:
    """Return what is stored of a case: its input, its answer, and the rules that the answer breaks."""
    answer: Answer = None
    try:
        answer = model.answer(case)
        problems = broken_rules(case, answer)
    except NoAnswers as error:
        problems = [f"no answer: {_stored(str(error))}"]
    except Exception as error:  # the code of the model can raise anything
        if is_transient(failure_kind(error)):
            raise
        problems = [f"no answer: {type(error).__name__}: {_stored(str(error))}"]
    return {
        "id": case.id,
        "required": case.required,
        "input": _stored(case.prompt or case.file or f"features {case.features}"),
        "rules": case.model_dump(exclude_defaults=True, exclude=_NOT_RULES),
        "method": model.method,
        "answer": None if answer is None else _stored(answer),
        "answer_length": None if answer is None else len(answer),
        "passed": not problems,
        "problems": problems,
    }


def _stored(text: str) -> str:
    """Return the beginning of a text without control characters and half surrogate pairs."""
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    return printable(text if len(text) <= _MAX_STORED else f"{text[:_MAX_STORED]}…")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more
