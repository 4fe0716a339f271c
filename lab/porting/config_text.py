"""Replace what works only inside an application of Hydra, in the text of a config. Comments and layout stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.porting.report import ReportLine

OUTPUT = "<output>"  # the folder of the outputs of a run; a training replaces it
_REPLACEMENTS = (
    (re.compile(r"\$\{oc\.env:PROJECT_ROOT(?:\s*,[^}]*)?\}"), "."),
    (re.compile(r"\$\{hydra:(?:runtime\.output_dir|run\.dir)\}"), OUTPUT),
    (re.compile(r"\$\{hydra:runtime\.cwd\}"), "."),
    (re.compile(r"(?<=_target_: )(['\"]?)pytorch_lightning\."), r"\1lightning.pytorch."),
)
_OBJECTIVE = re.compile(r"^(?=optimized_metric:)", re.MULTILINE)
_ONLY_IN_HYDRA = re.compile(r"\$\{(?:hydra|now):[^}]*\}")


def converted(text: str) -> tuple[str, str]:
    """Return the text of a config for a lab, and what was changed in it: an empty text if nothing was."""
    changes = []
    for pattern, replacement in _REPLACEMENTS:
        replaced = list(dict.fromkeys(match[0] for match in pattern.finditer(text)))
        text = pattern.sub(replacement, text)
        literal = replacement.replace(r"\1", "")
        changes += [f"{old} is {literal}" for old in replaced]
    if _OBJECTIVE.search(text):
        text = _OBJECTIVE.sub("# ", text)
        changes.append("optimized_metric is a comment (a spec names its objective: search: or compare:)")
    return text, ", ".join(changes)


def unresolvable(name: str, text: str) -> Iterator[ReportLine]:
    """Yield a line for each interpolation that only an application of Hydra can resolve."""
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _ONLY_IN_HYDRA.findall(line.partition("#")[0]):
            yield ReportLine("left", f"{name}:{number}", f"{match} works only inside Hydra: write a value")
