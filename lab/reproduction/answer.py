"""Answer whether runs were reproduced: as JSON for programs, and as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from compiler.recorded_files.damaged_file import DamagedFile
from compiler.reproduction.record_text import to_json
from compiler.reproduction.reproduction import Difference, Reproduction, Result
from compiler.reproduction.summary import worst_result
from lab.reproduction.selection import Selection
from rules.verification.tolerance import Tolerance

_SCHEMA_VERSION = 1
_PARTS = ("metrics", "predictions", "weights")
_MAX_LISTED = 10  # lines of one list; `--json` and the record list all
_WORDS: Mapping[Result, tuple[str, str]] = {
    "identical": ("identical", "green"),
    "within_tolerance": ("within the tolerance", "green"),
    "different": ("different", "red"),
    "not_reproducible": ("not reproducible", "red"),
}


@dataclass(frozen=True)
class Answer:
    """The reproductions by run, and the file of each record, "" if it could not be written.

    `damaged` are the records of these runs that count for nothing. `changed` has the finished runs of the selections
    whose files were changed after the training, also those outside a sample.
    """

    selections: Sequence[Selection]
    made: Mapping[str, Reproduction]
    files: Mapping[str, str]
    damaged: Sequence[DamagedFile] = ()
    changed: Mapping[str, Sequence[Difference]] = field(default_factory=dict)

    @property
    def is_reproduced(self) -> bool:
        return not self.changed and all(made.is_reproduced for made in self.made.values())

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": _SCHEMA_VERSION,
            "reproduced": self.is_reproduced,
            "selections": [
                {
                    "name": selection.name,
                    "is_experiment": selection.is_experiment,
                    "result": self._result(selection),
                    "runs": list(selection.runs),
                    "finished": selection.finished,
                    "planned": selection.planned,
                    "changed": self._changed(selection),
                }
                for selection in self.selections
            ],
            "reproductions": [{**to_json(made), "file": self.files[run] or None} for run, made in self.made.items()],
            "damaged": [{"file": damaged.file, "problem": damaged.problem} for damaged in self.damaged],
        }

    def to_text(self) -> RenderableType:
        lines = [line for made in self.made.values() for line in _run_lines(made, self.files[made.run_id])]
        damaged = (Text(f"record {line}", "yellow") for line in self.damaged)
        changed = (
            Text(f"run {run}: not in the sample, {changes[0]}", "red")
            for run, changes in self.changed.items()
            if run not in self.made
        )
        return Group(*lines, *damaged, *changed, *map(self._verdict, self.selections))

    def _changed(self, selection: Selection) -> list[str]:
        return [run for run in selection.with_result if run in self.changed]

    def _result(self, selection: Selection) -> Result:
        """Return the worst result. A run that was changed after its training differs, also outside the sample."""
        changed: list[Result] = ["different"] if self._changed(selection) else []
        return worst_result([*changed, *(self.made[run].result for run in selection.runs)])

    def _verdict(self, selection: Selection) -> Text:
        """Return the line about one experiment or run."""
        word, style = _WORDS[self._result(selection)]
        count = sum(self.made[run].is_reproduced for run in selection.runs)
        parts = [f"{count} of {len(selection.runs)} {'run' if len(selection.runs) == 1 else 'runs'} reproduced"]
        if selection.is_sample:
            parts.append(f"a sample of {selection.finished} finished runs")
        if changed := self._changed(selection):
            parts.append(f"changed after the training: {', '.join(changed[:_MAX_LISTED])}{_more(len(changed))}")
        if selection.planned > selection.finished:
            parts.append(f"{selection.planned - selection.finished} of {selection.planned} planned runs have no result")
        return Text.assemble(f"{selection.name}: ", (word, style), f" ({'; '.join(parts)})")


def progress_line(made: Reproduction) -> str:
    """Return the result of one run in one line."""
    word = _WORDS[made.result][0]
    return f"run {made.run_id}: {word}" + (f"; {made.cause}" if made.cause else "")


def _run_lines(made: Reproduction, file: str) -> Iterator[Text]:
    word, style = _WORDS[made.result]
    yield Text.assemble(f"run {made.run_id}: ", (word, style))
    if made.cause:
        yield Text(f"  first divergence: {made.cause}", "red")
    yield from _listed("  ", made.deviations, "red" if made.result == "different" else "yellow")
    if made.trainings:
        yield Text(f"  {_compared(made)}", "dim")
    if made.differences:
        effect = "without an effect on the results" if made.is_reproduced else "in the order in which they are compared"
        yield Text(f"  differences between the record and this environment, {effect}:", "dim")
        yield from _listed("    ", tuple(map(str, made.differences)), "dim")
    yield from _listed("  note: ", made.notes, "dim")
    yield Text(f"  recorded in {file}" if file else "  not recorded", "dim")


def _compared(made: Reproduction) -> str:
    counts = [(count, name if count > 1 else name.removesuffix("s")) for name, count in sorted(made.compared.items())]
    parts = ", ".join(f"{count} {name}" for count, name in counts if count)
    if missing := [] if "failures" in made.compared else [part for part in _PARTS if not made.compared.get(part)]:
        parts = f"{parts or 'nothing'} (the run has no {' and no '.join(missing)})"
    tolerance = Tolerance(made.tolerance)
    trainings = "1 training" if made.trainings == 1 else f"{made.trainings} trainings"
    bounds = f"tolerance: relative {tolerance.relative:g}, absolute {tolerance.absolute:g}"
    return f"compared after {trainings}: {parts or 'nothing'}; {bounds}"


def _listed(indent: str, lines: Sequence[str], style: str) -> Iterator[Text]:
    yield from (Text(f"{indent}{line}", style) for line in lines[:_MAX_LISTED])
    if len(lines) > _MAX_LISTED:
        yield Text(f"{indent}{_more(len(lines)).strip()}", style)


def _more(count: int) -> str:
    return f" and {count - _MAX_LISTED} more (--json lists all)" if count > _MAX_LISTED else ""
