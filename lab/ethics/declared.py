"""Find the risks that a spec and its data groups declare, and those that they leave open."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.plan.model import PlannedExperiment
from lab.ethics.flag import Finding, FlagName

_SPEC_FLAGS: tuple[FlagName, ...] = ("human_subject_data", "personal_data", "dual_use")
# Flags about the data, and the key of a data group that declares them.
_DATA_KEYS: tuple[tuple[FlagName, str], ...] = (
    ("human_subject_data", "human_subjects"),
    ("personal_data", "personal_data"),
)
# Texts that do not disclose a licence.
_NO_LICENCES = frozenset(
    {"", "?", "-", "unknown", "none", "n/a", "tbd", "todo", "noassertion", "undisclosed", "unclear"}
)


def declared_findings(experiment: PlannedExperiment) -> Iterator[Finding]:
    """Yield a finding for each declared risk, and for each question about the data that nobody has answered.

    A data group that declares a risk is not overruled by the spec. A spec answers for data groups that declare nothing.
    """
    ethics = experiment.spec.get("ethics") or {}
    note = ethics.get("note")
    for flag in _SPEC_FLAGS:
        if ethics.get(flag):
            yield Finding(flag, f"the spec declares it: {note}" if note else "the spec declares it", {"note": note})
    for flag, key in _DATA_KEYS:
        values = {data.name: getattr(data, key) for data in experiment.datasets}
        for name, value in values.items():
            if value:
                yield Finding(flag, f"the data group {name} declares {key}", {name: True})
            elif value is None and ethics.get(flag) is None:
                text = f"the data group {name} does not declare {key} (write `{key}: false` in it if that holds)"
                yield Finding(flag, text, {name: None})
        if not values and ethics.get(flag) is None:
            text = f"neither a data group nor the spec answers it (write `ethics: {{{flag}: false}}` if that holds)"
            yield Finding(flag, text, {})


def licence_findings(experiment: PlannedExperiment) -> Iterator[Finding]:
    """Yield a finding for each data group without a licence."""
    if not experiment.datasets:
        yield Finding("data_licence", "the experiment names no data group, so no licence of its data is declared", {})
    for data in experiment.datasets:
        if (data.licence or "").strip().casefold().rstrip(".") in _NO_LICENCES:
            yield Finding("data_licence", f"the data group {data.name} declares no licence", {data.name: data.licence})
