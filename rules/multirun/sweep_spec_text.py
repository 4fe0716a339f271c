"""Write the YAML text of a generated spec, and read it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from omegaconf import OmegaConf

from compiler.comparison.comparison_problems import comparison_problems
from compiler.spec.schema import Spec
from rules.multirun.sweep_jobs import Setting, read_setting
from rules.multirun.sweep_spec import Command, Point, SweepSpec

_NO_HYPOTHESIS = "None was stated. This sweep was started from Hydra's command line without an experiment."


def spec_text(spec: SweepSpec, command: Command, existing: str | None) -> str:
    """Return the text of the spec. The command and description of an existing spec are kept."""
    first_line = f"# {' '.join(command.text.split())}"
    description = _description(spec, command)
    if existing is not None:
        first_line, description = _read_description(existing)
    defaults = {"defaults": [spec.choice, "_self_"]} if spec.choice else {}
    tree = OmegaConf.create({**defaults, "experiment": {**description, **_experiment_node(spec)}})
    return f"# @package _global_\n{first_line}\n{OmegaConf.to_yaml(tree)}"


def _description(spec: SweepSpec, command: Command) -> dict[str, Any]:
    varied = command.varied or "no overrides"
    return {
        "name": f"{spec.parent.name}: {varied}" if spec.parent else varied,
        "description": "",
        "rationale": f"Started from Hydra's command line: {varied}",
        "metadata": {"created_at": command.date},
    }


def _experiment_node(spec: SweepSpec) -> dict[str, Any]:
    """Return the fields of `experiment:` that differ from the parent's."""
    parent = spec.parent
    node: dict[str, Any] = {"experiment_id": spec.experiment_id, "on_request": True}
    node |= {"parent": parent.experiment_id} if parent else {"hypothesis": _NO_HYPOTHESIS}
    if parent and parent.compare and not _is_testable(parent, spec.points):
        deliverables = [deliverable for deliverable in parent.deliverables if not _needs_test(deliverable)]
        node |= {"compare": None, "deliverables": deliverables} | ({"claims": []} if parent.claims else {})
    node |= {"search": None} if parent and parent.search else {}
    node |= {"analysis_pipeline": [], "reports": []} if parent and (parent.analysis_pipeline or parent.reports) else {}
    node |= {"config": {setting.key: setting.value for setting in spec.config}} if spec.config else {}
    return node | {"sweep": _sweep_node(spec)}


def _sweep_node(spec: SweepSpec) -> dict[str, Any]:
    """Return the points, and deletions of the keys that the parent sweeps."""
    rows = [{setting.key: setting.written for setting in point} for point in spec.points]
    sweep = {"list": rows} if any(spec.points) else {}
    inherited = spec.parent.sweep if spec.parent else {}
    return {f"~{key}": None for key in inherited if key not in sweep} | sweep


def _is_testable(parent: Spec, points: Iterable[Point]) -> bool:
    """Return whether the points can decide the claims of the parent's registered test."""
    if parent.compare is None:
        return False
    settings = [{setting.name: setting.value for setting in point} for point in points]
    return not any(comparison_problems(parent.compare, parent.claims, settings, product_keys={"list"}))


def _needs_test(deliverable: Mapping[str, Any]) -> bool:
    return deliverable.get("over") == "best" or deliverable.get("type") == "comparison"


def read_settings(text: str) -> tuple[tuple[Setting, ...], tuple[Point, ...]]:
    """Return config and points of a generated spec."""
    node = _parse_experiment(text)
    config = tuple(Setting(key, value, value) for key, value in (node.get("config") or {}).items())
    rows = (node.get("sweep") or {}).get("list") or [{}]
    return config, tuple(tuple(read_setting(key, written) for key, written in row.items()) for row in rows)


def _read_description(text: str) -> tuple[str, dict[str, Any]]:
    """Return the line with the first command, and the description, of a generated spec."""
    node = _parse_experiment(text)
    return text.splitlines()[1], {key: node[key] for key in ("name", "description", "rationale", "metadata")}


def _parse_experiment(text: str) -> dict[str, Any]:
    tree = OmegaConf.to_container(OmegaConf.create(text))
    assert isinstance(tree, dict)
    node: dict[str, Any] = tree["experiment"]
    return node
