"""What is written about an experiment: analyses and reports, each by a function that is found by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.python_source.modules import Modules


@dataclass(frozen=True)
class AgentField:
    """One list of names in a spec. Others than those that ship are installed as entry points, or `module:attr`."""

    group: str
    shipped: Mapping[str, str]
    reserved: frozenset[str] = frozenset()  # titles of files that a build writes beside

    def target(self, name: str) -> str | None:
        """`module:attr` of what a name stands for; None where nothing of it is installed."""
        if name in self.shipped or ":" in name:
            return self.shipped.get(name, name)
        return next((point.value for point in entry_points(group=self.group, name=name)), None)

    @property
    def known(self) -> list[str]:
        return [*self.shipped, *(point.name for point in entry_points(group=self.group))]


def _shipped(package: str, function: str, *names: str) -> dict[str, str]:
    return {name: f"{package}.{name}:{function}" for name in names}


AGENT_FIELDS = {
    "analysis_pipeline": AgentField(
        "proband.analysts",
        _shipped("agents.analysts", "analyse", "performance_analysis", "ablation_study", "baseline_comparison"),
        frozenset({"agenda", "integration", "quality_review", "ledger", "figures", "transcripts"}),
    ),
    "reports": AgentField(
        "proband.writers",
        _shipped("agents.writers", "write", "technical_report", "blog_post", "paper_draft"),
        frozenset({"figures"}),
    ),
}


def title(name: str) -> str:
    """What the files of an analysis or report are called: `robustness` of `my_analysts:robustness`."""
    return name.rpartition(":")[2].replace(".", "_")


def analysis_titles(spec: Mapping[str, Any]) -> list[str]:
    """Return the titles of the analyses of a spec in its order: the keys of a plan are sorted."""
    return [title(name) for name in spec["analysis_pipeline"]]


def agent_field_problems(field: str, names: Any, modules: Modules) -> Iterator[Problem]:
    """Names that stand for nothing, and names whose files would be one."""
    writing, seen = AGENT_FIELDS[field], set(AGENT_FIELDS[field].reserved)
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if not isinstance(name, str):
            continue  # the schema says so
        at = ("experiment", field, index)
        yield from (Problem(at, *told) for told in _not_found(name, writing, modules))
        if title(name) in seen:
            yield Problem(at, f"'{name}' would be written to files that something else is written to")
        seen.add(title(name))


def _not_found(name: str, writing: AgentField, modules: Modules) -> Iterator[tuple[str, str]]:
    target = writing.target(name)
    module = (target or "").partition(":")[0]
    if target is None:
        yield f"'{name}' is not installed", did_you_mean(name, writing.known)
    elif modules.find(module) is None:
        yield f"'{name}': there is no module '{module}' with a source file", ""
