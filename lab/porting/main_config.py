"""Turn the main config of a project, such as `configs/train.yaml`, into `conf/config.yaml` of a lab."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from lab.porting.config_text import converted
from lab.porting.project import GROUP_NAMES, group_of
from lab.porting.report import ReportLine

LEFT_GROUPS = {
    "debug": "try a few batches with: proband try EXPERIMENT",
    "hparams_search": "each search becomes an experiment with `search:`",
    "hydra": "Proband stores runs by their id and writes a log for each",
}
_ADDED_FIRST = ("resources: default", "tracking: disabled", "agents: offline")
_ADDED_LAST = ("override hydra/job_logging: stdout", "override hydra/launcher: proband")
_HYDRA = (
    "\n# Proband stores runs in results/ by run id, so Hydra needs no output folders.\nhydra:\n  run: {dir: .}\n"
    '  sweep: {dir: .proband/multirun, subdir: "${hydra.job.num}"}\n  output_subdir: null\n'
)
# Values with which a lab does not compile, and what to do instead.
_REJECTED: Mapping[str, tuple[tuple[Any, ...], str]] = {
    "train": ((False, None), "every run is a training"),
    "test": ((False, None), "every run is tested"),
}
_LEFT_KEYS = {
    "optimized_metric": "a spec names its objective: search: {metric: …, goal: …}",
    "ckpt_path": "a run starts from its seed; let the model load weights from a file that DVC tracks",
}
_TAKEN_KEYS = {
    "callbacks": "they act, and are part of the run id; the run keeps checkpoints and tests the best weights",
    "logger": "loggers are added to Proband's own history, and are no part of the run id",
    "extras": "ignore_warnings, enforce_tags and print_config act",
    "paths": "no part of the run id; <output> is the folder of the outputs of a run",
    "task_name": "a label, no part of the run id",
    "tags": "labels, no part of the run id",
    "train": "every run is a training",
    "test": "every run is tested, with the best weights if a ModelCheckpoint has a monitor",
    "ckpt_path": "null: a run starts from its seed",
    "seed": "null is the seed 0, because every run has a seed",
}


@dataclass(frozen=True)
class MainConfig:
    text: str
    lines: tuple[ReportLine, ...]


def lab_main_config(name: str, text: str, replaced_choices: Mapping[str, str]) -> MainConfig:
    """Return `conf/config.yaml` with a report on the groups and keys of the main config.

    Args:
        replaced_choices: groups whose default config is set to null, with the reason.
    """
    text = _with_block_defaults(text)
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)
    content = yaml.safe_load(text)
    lines, removed = text.splitlines(), set[int]()
    report: list[ReportLine] = []
    defaults = next(value for key, value in root.value if key.value == "defaults")
    groups = _groups(content["defaults"])
    added = [f"- {item}" for item in _ADDED_FIRST if item.partition(":")[0] not in groups]
    indent = " " * defaults.start_mark.column
    for item in defaults.value:
        group = _group(item)
        if group in LEFT_GROUPS:
            removed |= _lines_of(item, lines)
            report.append(ReportLine("left", f"{name}: {group}", LEFT_GROUPS[group]))
        elif group in replaced_choices:
            lines[item.start_mark.line] = f"{indent}- {group}: null"
            report.append(ReportLine("changed", f"{name}: {group}", replaced_choices[group]))
    first, last = (
        defaults.start_mark.line,
        max(node.end_mark.line for item in defaults.value for node in _scalars(item)),
    )
    at_end = [f"- {item}" for item in (*(() if "experiment" in groups else ("experiment: null",)), *_ADDED_LAST)]
    for key_node, value_node in root.value:
        key = key_node.value
        if _is_rejected(key, content[key]):
            removed |= set(range(key_node.start_mark.line, value_node.end_mark.line + 1))
            report.append(ReportLine("left", f"{name}: {key}", _LEFT_KEYS.get(key) or _REJECTED[key][1]))
    known = {*groups, *content} - {line.name.rpartition(": ")[2] for line in report}
    report += [ReportLine("taken", f"{name}: {key}", note) for key, note in _TAKEN_KEYS.items() if key in known]
    body = [
        *lines[:first],
        *(indent + item for item in added),
        *_kept(lines, first, last + 1, removed),
        *(indent + item for item in at_end),
        *_kept(lines, last + 1, len(lines), removed),
    ]
    aliases = [f"{role}: ${{{own}}}" for role in GROUP_NAMES if (own := group_of(role, groups)) not in (None, role)]
    report += [ReportLine("changed", f"{name}: {alias.partition(': ')[0]}", f"reads {alias}") for alias in aliases]
    new_text, change = converted("\n".join([*body, *aliases]) + "\n" + ("" if "hydra" in content else _HYDRA))
    details = [
        "is conf/config.yaml",
        f"added {', '.join((*_ADDED_FIRST, *_ADDED_LAST))}",
        *([change] if change else []),
    ]
    return MainConfig(new_text, (ReportLine("changed", name, "; ".join(details)), *report))


def _with_block_defaults(text: str) -> str:
    """Return a config whose defaults list has one item in each line."""
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)
    key, value = next((key, value) for key, value in root.value if key.value == "defaults")
    if not value.flow_style:
        return text
    items = yaml.safe_dump(yaml.safe_load(text)["defaults"], default_flow_style=False)
    block = [key.value + ":", *(f"  {line}" for line in items.splitlines())]
    lines = text.splitlines()
    return "\n".join([*lines[: key.start_mark.line], *block, *lines[value.end_mark.line + 1 :]]) + "\n"


def _is_rejected(key: str, value: Any) -> bool:
    return (key in _LEFT_KEYS and value is not None) or (key in _REJECTED and value in _REJECTED[key][0])


def _groups(defaults: list[Any]) -> set[str]:
    return {_group_name(str(key)) for item in defaults if isinstance(item, dict) for key in item}


def _group(item: yaml.Node) -> str:
    return _group_name(item.value[0][0].value) if isinstance(item, yaml.MappingNode) else ""


def _group_name(key: str) -> str:
    return key.split()[-1].lstrip("/").partition("@")[0]


def _scalars(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        yield from (value for pair in node.value for value in pair)
    else:
        yield node


def _lines_of(item: yaml.Node, lines: list[str]) -> set[int]:
    """Return the numbers of the lines of an item, and of the comment directly above it."""
    first = item.start_mark.line
    last = max(node.end_mark.line for node in _scalars(item))
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return set(range(first, last + 1))


def _kept(lines: list[str], start: int, end: int, removed: Collection[int]) -> list[str]:
    return [line for number, line in enumerate(lines[start:end], start) if number not in removed]
