"""The files that tell a language model how to word what an agent wrote: the rules, then a style."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import ENGINE

_AGENTS = ENGINE / "agents"
RULES = _AGENTS / "rewording" / "rules.prompt.md"
DEFAULT_WRITER = _AGENTS / "writers" / "writer.prompt.md"
ANALYSIS = _AGENTS / "analysts" / "analysis.prompt.md"
DEFAULTS = {"analysis_pipeline": ANALYSIS, "reports": DEFAULT_WRITER}  # by the spec's list of names


def own_style(module: Path) -> Path:
    """`x.prompt.md` beside `x.py`, for its author to write: style and audience of this agent's documents."""
    return module.with_suffix(".prompt.md")


def prompt_files(module: Path, default: Path = DEFAULT_WRITER) -> tuple[Path, ...]:
    """All files that an agent's prompt is made of: editing one makes its documents stale, and only those."""
    own = own_style(module)
    return (RULES, own if own.is_file() else default)
