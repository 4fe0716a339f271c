"""Facts of what the runs were made with. The name of the machine is nobody's business and is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agents.extraction.evidence import CONFIG, PROVENANCE, Document, RunFiles
from agents.facts.builder import function_name
from agents.facts.fact import Fact
from agents.facts.ids import plain

_HOST = ("python", "platform", "gpu")


def version_facts(runs: Sequence[RunFiles]) -> Iterator[Fact]:
    """Each as text; several values where runs differ, in the order of the runs."""
    yield from _agreed([run.documents[PROVENANCE] for run in runs if PROVENANCE in run.documents], _made_with)
    yield from _agreed([run.documents[CONFIG] for run in runs if CONFIG in run.documents], _trained_on)


def _agreed(documents: Sequence[Document], told: Callable[[Mapping[str, Any]], dict[str, str]]) -> Iterator[Fact]:
    found: dict[str, dict[str, None]] = {}
    for document in documents:
        for name, value in told(document.content).items():
            found.setdefault(name, {})[value] = None
    for name in sorted(found):
        value, label = ", ".join(found[name]), f"{name} of the runs"
        source, function = documents[0].source, function_name(version_facts)
        yield Fact(name, value, "text", len(documents), "experiment", label, source, function)


def _made_with(content: Mapping[str, Any]) -> dict[str, str]:
    packages = {f"version[{plain(name)}]": str(one) for name, one in (content.get("packages") or {}).items()}
    host = {f"host.{name}": str(content[name]) for name in _HOST if content.get(name)}
    git = content.get("git")
    code = {"version.git": f"{git['commit']}{' with local changes' if git['dirty'] else ''}"} if git else {}
    return packages | host | code


def _trained_on(content: Mapping[str, Any]) -> dict[str, str]:
    return {f"version.data[{plain(path)}]": str(one) for path, one in (content.get("data") or {}).items()}
