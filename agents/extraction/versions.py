"""Extract the facts of package versions, hosts, code, data and own trainings. The name of the machine is private."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agents.extraction.evidence import CONFIG, PROVENANCE, JsonDocument, RunFiles
from agents.facts.builder import function_name
from agents.facts.fact import Fact
from agents.facts.ids import id_part

_HOST = ("python", "platform", "gpu")


def version_facts(runs: Sequence[RunFiles]) -> Iterator[Fact]:
    """Yield each version as text. If runs differ, all values are listed in the order of the runs."""
    yield from _listed([run.documents[PROVENANCE] for run in runs if PROVENANCE in run.documents], _software)
    yield from _listed([run.documents[CONFIG] for run in runs if CONFIG in run.documents], _data)
    yield from _listed([run.documents[CONFIG] for run in runs if CONFIG in run.documents], _own_training)


def _listed(
    documents: Sequence[JsonDocument], versions_of: Callable[[Mapping[str, Any]], dict[str, str]]
) -> Iterator[Fact]:
    versions: dict[str, dict[str, None]] = {}
    for document in documents:
        for name, value in versions_of(document.content).items():
            versions.setdefault(name, {})[value] = None
    for name in sorted(versions):
        value, label = ", ".join(versions[name]), f"{name} of the runs"
        source, function = documents[0].source, function_name(version_facts)
        yield Fact(name, value, "text", len(documents), "experiment", label, source, function)


def _software(content: Mapping[str, Any]) -> dict[str, str]:
    packages = {f"version[{id_part(name)}]": str(version) for name, version in (content.get("packages") or {}).items()}
    host = {f"host.{name}": _version(content[name]) for name in _HOST if content.get(name)}
    git = content.get("git")
    code = {"version.git": f"{git['commit']}{' with local changes' if git['dirty'] else ''}"} if git else {}
    return packages | host | code


def _version(value: Any) -> str:
    """Return a value as text. Python is an object with its version, in older records the version."""
    return str(value.get("version")) if isinstance(value, Mapping) else str(value)


def _own_training(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the function or command that trains, if the runs have no data module whose data and split are known."""
    config = content.get("config") or {}
    model = config.get("model")
    if not isinstance(model, Mapping) or isinstance(config.get("data"), Mapping):
        return {}
    return {"training.code": str(model.get("_target_") or config.get("cmd") or "code of the lab")}


def _data(content: Mapping[str, Any]) -> dict[str, str]:
    return {f"version.data[{id_part(path)}]": str(version) for path, version in (content.get("data") or {}).items()}
