"""Find the prompt files of an agent: the rules that all agents share, and the style of its documents."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import ENGINE

_AGENTS = ENGINE / "agents"
RULES = _AGENTS / "rewording" / "rules.prompt.md"
DEFAULT_WRITER = _AGENTS / "writers" / "writer.prompt.md"
ANALYSIS = _AGENTS / "analysts" / "analysis.prompt.md"
DEFAULTS = {"analysis_pipeline": ANALYSIS, "reports": DEFAULT_WRITER}  # by the field of the spec that names the agent


def agent_style(module: Path) -> Path:
    """Return the path of the style of one agent, `x.prompt.md` beside `x.py`. The file is optional."""
    return module.with_suffix(".prompt.md")


def prompt_files(module: Path, default: Path = DEFAULT_WRITER) -> tuple[Path, ...]:
    """Return the files of an agent's prompt. Editing a style makes only documents in that style stale."""
    style = agent_style(module)
    return (RULES, style if style.is_file() else default)
