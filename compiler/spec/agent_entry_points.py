"""Find the functions behind the names in `analysis_pipeline` and `reports` of a spec, without importing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.nested import Keys
from compiler.python_source.signatures import Signatures, TargetNotFound


@dataclass(frozen=True)
class AgentField:
    """A field of a spec that lists functions: shipped ones, entry points, or `module:attr`."""

    group: str  # of the entry points
    shipped: Mapping[str, str]  # `module:attr` by name, for functions of Proband
    arguments: int  # that a build passes to a function, by position
    reserved: frozenset[str] = frozenset()  # titles of other files that a build writes to the same folder

    def target(self, name: str) -> str | None:
        """Return `module:attr` for a name, or None if no such entry point is installed."""
        if name in self.shipped or ":" in name:
            return self.shipped.get(name, name)
        return next((point.value for point in entry_points(group=self.group, name=name)), None)

    @property
    def installed_names(self) -> list[str]:
        return [*self.shipped, *(point.name for point in entry_points(group=self.group))]


def _shipped(package: str, function: str, *names: str) -> dict[str, str]:
    return {name: f"{package}.{name}:{function}" for name in names}


# The functions are given as text, because the compiler must not import agents. A test checks that each of them exists.
AGENT_FIELDS = {
    "analysis_pipeline": AgentField(
        "proband.analysts",
        _shipped("agents.analysts", "analyse", "performance_analysis", "ablation_study", "baseline_comparison"),
        3,
        frozenset({"agenda", "integration", "quality_review", "ledger", "figures", "transcripts"}),
    ),
    "reports": AgentField(
        "proband.writers",
        _shipped("agents.writers", "write", "technical_report", "blog_post", "paper_draft"),
        3,
        frozenset({"figures"}),
    ),
}


def title(name: str) -> str:
    """Return the stem of the files of an analysis or report: `robustness` for `my_analysts:robustness`."""
    return name.rpartition(":")[2].replace(".", "_")


def analysis_titles(spec: Mapping[str, Any]) -> list[str]:
    """Return the titles of the analyses in the order of the spec. In the plan they are sorted by title."""
    return [title(name) for name in spec["analysis_pipeline"]]


def agent_field_problems(field: str, names: Any, signatures: Signatures) -> Iterator[Problem]:
    """Yield names without a function, and names whose files would overwrite other files. Nothing is imported."""
    agent_field = AGENT_FIELDS[field]
    titles = set(agent_field.reserved)
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if not isinstance(name, str):
            continue  # reported by the schema
        key_path = ("experiment", field, index)
        target = agent_field.target(name)
        if target is None:
            yield Problem(key_path, f"'{name}' is not installed", did_you_mean(name, agent_field.installed_names))
        else:
            yield from _function_problems(name, target, agent_field.arguments, signatures, key_path)
        if title(name) in titles:
            problem = f"'{name}' has the output name '{title(name)}', which is reserved or already in this list"
            yield Problem(key_path, problem, "rename the function")
        titles.add(title(name))


def _function_problems(
    name: str, target: str, arguments: int, signatures: Signatures, key_path: Keys
) -> Iterator[Problem]:
    """Yield that a function does not exist, or that it needs more arguments than it gets."""
    module = target.partition(":")[0]
    if signatures.modules.find(module) is None:
        yield Problem(key_path, f"'{name}': there is no module '{module}' with a source file")
        return
    try:
        required = signatures.find(target.replace(":", ".")).required
    except TargetNotFound as error:
        yield Problem(key_path, f"'{name}': {error.problem}", error.hint)
        return
    except SyntaxError as error:
        yield Problem(key_path, f"'{name}': {error.filename}:{error.lineno}: {error.msg}")
        return
    if len(required) > arguments:
        yield Problem(key_path, f"'{name}' needs {len(required)} arguments, but a build passes {arguments}")
