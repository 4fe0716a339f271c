"""The reference leaves nothing out, and what it says of the language is what the compiler does."""

from __future__ import annotations

import re
import subprocess
from argparse import _SubParsersAction
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.statistics import permutation_floor
from compiler.base.diagnostics import CompileError
from compiler.base.identity import EXCLUDED_GROUPS, EXCLUDED_TRAINER_KEYS
from compiler.base.paths import ENGINE, Lab
from compiler.deliverables.registry import SHIPPED
from compiler.experiment.experiment import compiled
from compiler.runs.toolchain import Toolchain
from compiler.spec.core_config import RESOURCES
from compiler.spec.schema import Compare, Metadata, Search, Spec
from lightning_modules.failures.kinds import HINTS, is_transient
from proband.cli.main import command_line
from tests.docs.documents import Block, anchors, blocks, links, pages, table_rows, text_of

SPEC, COMMANDS = "docs/spec.md", "docs/commands.md"
FRAGMENTS = [one for one in blocks(SPEC) if one.language == "yaml" and one.file is None]


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (ENGINE / page).parent / name if name else ENGINE / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.resolve().relative_to(ENGINE).as_posix()), link


@pytest.mark.parametrize("model", [Spec, Compare, Search, Metadata])
def test_every_field_of_a_spec_is_explained(model: Any) -> None:
    assert set(model.model_fields) <= _words(SPEC)


def test_every_resource_is_explained() -> None:
    assert set(RESOURCES) <= _words(SPEC)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_deliverable_type_is_explained(name: str) -> None:
    kind = SHIPPED[name]
    own = set(kind.schema.model_fields) | set(kind.checks) | {name}
    assert own <= _words(SPEC)
    rows = {row[0]: row[1:] for row in table_rows(SPEC, "type")}
    path, validation, _ = rows[f"`{name}`"]
    fields = kind.schema.model_fields
    assert (path, validation) == (f"`{fields['path'].default}`", f"`{fields['validation'].default}`")


@pytest.mark.parametrize("block", FRAGMENTS, ids=str)
def test_parts_of_a_spec_compile_to_as_many_points_as_they_say(block: Block, tmp_path: Path) -> None:
    points = re.search(r"# (\d+) points?\b", block.text.splitlines()[0])
    assert points, block.text
    assert _points(yaml.safe_load(block.text), tmp_path) == int(points[1])


@pytest.mark.parametrize(("sweep", "answer"), table_rows(SPEC, "sweep"))
def test_what_cannot_be_meant_is_refused_in_these_words(sweep: str, answer: str, tmp_path: Path) -> None:
    with pytest.raises(CompileError) as refused:
        _points({"sweep": yaml.safe_load(sweep.strip("`"))}, tmp_path)
    assert str(refused.value).endswith(f": {answer}")


@pytest.mark.parametrize(("space", "answer"), table_rows(SPEC, "search space"))
def test_a_space_that_cannot_be_meant_is_refused_in_these_words(space: str, answer: str, tmp_path: Path) -> None:
    search = {"space": yaml.safe_load(space.strip("`")), "runs": 4, "metric": "accuracy", "goal": "maximize"}
    with pytest.raises(CompileError) as refused:
        _points({"search": search}, tmp_path)
    assert str(refused.value).endswith(f": {answer}")


def test_the_smallest_p_is_as_the_table_says() -> None:
    (_, *two_arms), (_, *paired) = table_rows(SPEC, "runs in each arm, or pairs")
    assert two_arms == [f"{permutation_floor(n, n):.3g}" for n in range(2, 8)]
    assert paired == [f"{permutation_floor(n, n, paired=True):.3g}" for n in range(2, 8)]


def test_every_key_that_does_not_count_is_named() -> None:
    keys = {f"trainer.{key}" for key in EXCLUDED_TRAINER_KEYS} | EXCLUDED_GROUPS
    assert keys <= set(re.findall(r"`([\w.]+)`", text_of("docs/identity.md")))


def test_every_kind_of_failure_is_explained() -> None:
    explained = {
        kind.strip("`"): repeated == "yes" for kind, _, repeated in table_rows(COMMANDS, "`kind` of the error")
    }
    assert explained == {kind: is_transient(kind) for kind in HINTS}


def test_every_trainer_preset_is_explained() -> None:
    presets = {file.stem for file in (ENGINE / "conf/trainer").glob("*.yaml")}
    assert {preset.strip("`") for preset, _ in table_rows(COMMANDS, "preset")} == presets


def test_every_command_is_explained() -> None:
    subparsers = next(one for one in command_line()._actions if isinstance(one, _SubParsersAction))
    missing = [name for name in subparsers.choices if f"`proband {name}" not in text_of("docs/commands.md")]
    assert not missing


def test_every_target_of_make_is_explained_and_can_be_made() -> None:
    targets = re.findall(r"^([a-z]\w*):", (ENGINE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = set(re.findall(r"\bmake (\w+)", text_of("docs/commands.md") + text_of("README.md")))
    assert set(targets) == named
    for target in targets:
        subprocess.run(["make", "--dry-run", target], cwd=ENGINE, capture_output=True, check=True)


def _words(page: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text_of(page)))


def _points(node: dict[str, Any], root: Path) -> int:
    """How many points a part of a spec compiles to. Raises CompileError."""
    file = root / "conf/experiment/part.yaml"
    file.parent.mkdir(parents=True)
    text = yaml.safe_dump({"experiment": {"hypothesis": "A part of a spec.", **node}}, sort_keys=False)
    file.write_text(f"# @package _global_\n{text}", encoding="utf-8")
    experiment, _ = compiled("part", Toolchain(Lab(root)))
    return len(experiment.points)
