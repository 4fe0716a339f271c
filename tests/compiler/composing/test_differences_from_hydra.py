"""What Hydra composes and the compiler refuses, because the result would not be what the author means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from compiler.composing.compose import Composer
from tests.labs import HEADER, write_lab

CONFIG = "defaults: [_self_, experiment: null]\n"
SWEEPER = "hydra:\n  sweeper:\n    params: {seed: range(3)}\n"
REFUSED = {
    "header below a licence": (
        {"probe": f"# Licence: MIT\n{HEADER}seed: 2\n"},
        "conf/experiment/probe.yaml:2:1: Hydra ignores this line, because a comment stands above it "
        "(move it above line 1)",
    ),
    "header of a group below a comment": (
        {"probe": f"{HEADER}defaults: [/model: net]\n", "conf/model/net.yaml": "\n# A net\n# @package net\na: 1\n"},
        "conf/model/net.yaml:3:1: Hydra ignores this line, because a comment stands above it (move it above line 2)",
    ),
    "header below a key": (
        {"probe": f"seed: 2\n{HEADER}"},
        "conf/experiment/probe.yaml:2:1: Hydra ignores this line, because another line stands above it "
        "(move it above line 1)",
    ),
    "header behind a byte order mark": (
        {"probe": f"\ufeff{HEADER}seed: 2\n"},
        "conf/experiment/probe.yaml:1:1: Hydra ignores this line, because the file starts with a byte order mark "
        "(save the file as UTF-8 without one)",
    ),
    "number as key": (
        {"probe": f"{HEADER}names: {{0: cat}}\n"},
        "conf/experiment/probe.yaml:2:9: names.0: a key must be text, but YAML reads this one as int (quote it)",
    ),
    "sweep in Hydra's own node": (
        {"probe": HEADER, "conf/config.yaml": CONFIG + SWEEPER},
        "conf/config.yaml:4:5: hydra.sweeper.params: is not read, because the sweep of an experiment is part of its "
        "spec (move it to experiment.sweep, whose grammar is the same)",
    ),
}
ACCEPTED = {
    "comment below the header": f"{HEADER}# A licence\n",
    "blank line above the header": f"\n  {HEADER}",
    "package line inside a text": f"{HEADER}note: |\n  # @package net\n",
    "byte order mark without header": "\ufeff",
}


def compose(root: Path, files: Mapping[str, str]) -> dict[str, object]:
    lab: Lab = write_lab(root, {"conf/config.yaml": CONFIG} | dict(files))
    return Composer(lab).compose("probe", (), ()).config


@pytest.mark.parametrize(("files", "message"), REFUSED.values(), ids=REFUSED)
def test_valid_hydra_with_another_meaning_is_refused(files: Mapping[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(CompileError) as error:
        compose(tmp_path, files)
    assert str(error.value) == message


@pytest.mark.parametrize("start", ACCEPTED.values(), ids=ACCEPTED)
def test_other_comments_are_accepted(start: str, tmp_path: Path) -> None:
    config = compose(tmp_path, {"probe": f"{start}seed: 2\n"})
    assert config.get("seed") == 2 or config["experiment"] == {"seed": 2}
