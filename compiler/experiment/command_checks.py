"""Check that the command of each point gets the values that the point sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.base.diagnostics import Problem
from compiler.base.identity import canonical
from compiler.base.seed import SEED
from compiler.composing.setting import Setting
from compiler.runs.toolchain import Run
from compiler.spec.command_config import HISTORY_KEY, METRICS_KEY
from compiler.sweep.points import Point

_READ_KEYS = ("cmd", METRICS_KEY, HISTORY_KEY)


def unread_setting_problems(runs: Iterable[tuple[Point, Run]]) -> Iterator[Problem]:
    """Yield swept keys with different values but the same command. The seed is also in the environment of a command."""
    settings: dict[tuple[bytes, str], dict[bytes, Setting]] = {}
    for point, run in runs:
        if run.config.get("cmd") is None:
            continue
        command = canonical([run.config.get(key) for key in _READ_KEYS])
        for setting in point.settings:
            if setting.key != SEED:
                settings.setdefault((command, setting.key), {})[canonical(setting.value)] = setting
    unread = {
        setting.key: setting for by_value in settings.values() if len(by_value) > 1 for setting in by_value.values()
    }
    for key, setting in unread.items():
        problem = "the command does not get this value, so it trains the same for each of them"
        yield Problem(setting.spec_path, problem, f"write ${{{key}}} in cmd")
