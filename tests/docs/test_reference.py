"""Check that the reference pages are complete and agree with the compiler."""

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
from compiler.base.identity import DATA_DECLARATIONS, EXCLUDED_GROUPS, EXCLUDED_TRAINER_KEYS
from compiler.base.paths import ENGINE, Lab
from compiler.deliverables.registry import SHIPPED
from compiler.experiment.compile_experiment import compile_experiment
from compiler.runs.toolchain import Toolchain
from compiler.spec.compare import Claim, Compare, Looks, Planning
from compiler.spec.core_config import RESOURCES
from compiler.spec.schema import Ethics, Metadata, Search, Spec
from lightning_modules.failures.kinds import HINTS, is_retried
from proband.cli.main import command_line
from tests.docs.documents import Block, anchors, blocks, links, pages, table_rows, text_of

SPEC, COMMANDS = "docs/spec.md", "docs/commands.md"
FRAGMENTS = [block for block in blocks(SPEC) if block.language == "yaml" and block.file is None]


@pytest.mark.parametrize("page", pages())
def test_links_have_a_target(page: str) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (ENGINE / page).parent / name if name else ENGINE / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.resolve().relative_to(ENGINE).as_posix()), link


def test_the_readme_links_every_page() -> None:
    linked = {link.partition("#")[0] for link in links("README.md")}
    assert {file.relative_to(ENGINE).as_posix() for file in (ENGINE / "docs").glob("*.md")} <= linked


@pytest.mark.parametrize("model", [Spec, Compare, Claim, Looks, Planning, Search, Metadata, Ethics])
def test_every_field_of_a_spec_is_explained(model: Any) -> None:
    assert set(model.model_fields) <= _words(SPEC)


def test_every_resource_is_explained() -> None:
    assert set(RESOURCES) <= _words(SPEC)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_deliverable_type_is_explained(name: str) -> None:
    deliverable_type = SHIPPED[name]
    terms = set(deliverable_type.schema.model_fields) | set(deliverable_type.checks) | {name}
    assert terms <= _words(SPEC)
    rows = {row[0]: row[1:] for row in table_rows(SPEC, "type")}
    path, validation, _ = rows[f"`{name}`"]
    fields = deliverable_type.schema.model_fields
    assert (path, validation) == (f"`{fields['path'].default}`", f"`{fields['validation'].default}`")


@pytest.mark.parametrize("block", FRAGMENTS, ids=str)
def test_fragments_compile_to_the_number_of_points_in_their_comment(block: Block, tmp_path: Path) -> None:
    points = re.search(r"# (\d+) points?\b", block.text.splitlines()[0])
    assert points, block.text
    assert _points(yaml.safe_load(block.text), tmp_path) == int(points[1])


@pytest.mark.parametrize(("sweep", "message"), table_rows(SPEC, "sweep"))
def test_an_ambiguous_sweep_is_rejected_with_the_message_in_the_table(sweep: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(CompileError) as rejected:
        _points({"sweep": yaml.safe_load(sweep.strip("`"))}, tmp_path)
    assert str(rejected.value).endswith(f": {message}")


@pytest.mark.parametrize(("space", "message"), table_rows(SPEC, "search space"))
def test_an_ambiguous_search_space_is_rejected_with_the_message_in_the_table(
    space: str, message: str, tmp_path: Path
) -> None:
    search = {"space": yaml.safe_load(space.strip("`")), "runs": 4, "metric": "accuracy", "goal": "maximize"}
    with pytest.raises(CompileError) as rejected:
        _points({"search": search}, tmp_path)
    assert str(rejected.value).endswith(f": {message}")


@pytest.mark.parametrize(("change", "message"), table_rows(SPEC, "change of the test"))
def test_a_test_that_cannot_mean_what_it_says_is_rejected_with_the_message_in_the_table(
    change: str, message: str, tmp_path: Path
) -> None:
    test = {"metric": "accuracy", "goal": "maximize", "factor": "model.lr", "control": 0.001, "treatment": 0.01}
    node = {"sweep": {"model.lr": [0.001, 0.003, 0.01], "seed": "range(5)"}, "compare": test}
    for key, changed in yaml.safe_load(change.strip("`")).items():
        node[key] = _without_none({**node[key], **changed}) if key in node else changed
    with pytest.raises(CompileError) as rejected:
        _points(node, tmp_path)
    assert str(rejected.value).endswith(f": {message}")


def test_the_table_shows_the_minimum_attainable_p() -> None:
    (_, *two_arms), (_, *paired) = table_rows(SPEC, "runs in each arm, or pairs")
    assert two_arms == [f"{permutation_floor(n, n):.3g}" for n in range(2, 8)]
    assert paired == [f"{permutation_floor(n, n, paired=True):.3g}" for n in range(2, 8)]


def test_every_key_excluded_from_run_ids_is_named() -> None:
    keys = {f"trainer.{key}" for key in EXCLUDED_TRAINER_KEYS} | EXCLUDED_GROUPS
    keys |= {f"data.{key}" for key in DATA_DECLARATIONS}
    assert keys <= set(re.findall(r"`([\w.]+)`", text_of("docs/identity.md")))


def test_every_kind_of_failure_is_explained() -> None:
    retried = {kind.strip("`"): repeated == "yes" for kind, _, repeated in table_rows(COMMANDS, "`kind` of the error")}
    assert retried == {kind: is_retried(kind) for kind in HINTS}


def test_every_trainer_preset_is_explained() -> None:
    presets = {file.stem for file in (ENGINE / "conf/trainer").glob("*.yaml")}
    assert {preset.strip("`") for preset, _ in table_rows(COMMANDS, "preset")} == presets


def test_every_step_of_a_build_is_explained() -> None:
    files = (ENGINE / "rules").glob("*.smk")
    rules = {
        name for file in files for name in re.findall(r"^(?:rule|checkpoint) (\w+):", file.read_text(), re.MULTILINE)
    }
    assert {step.strip("`") for step, _ in table_rows(COMMANDS, "step")} == rules


def test_every_path_on_the_architecture_page_exists() -> None:
    packages = "compiler|lightning_modules|agents|rules|lab|proband|hydra_plugins|tests|conf|docs"
    paths = set(re.findall(rf"`((?:{packages})/[^`\s<]*)`", text_of("docs/architecture.md")))
    assert paths
    assert not [path for path in paths if not any(ENGINE.glob(path))]


def test_every_command_is_explained() -> None:
    subparsers = next(action for action in command_line()._actions if isinstance(action, _SubParsersAction))
    missing = [name for name in subparsers.choices if f"`proband {name}" not in text_of("docs/commands.md")]
    assert not missing


def test_every_target_of_make_is_explained_and_valid() -> None:
    targets = re.findall(r"^([a-z]\w*):", (ENGINE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    explained = set(re.findall(r"\bmake (\w+)", text_of("docs/commands.md") + text_of("README.md")))
    assert set(targets) == explained
    for target in targets:
        subprocess.run(["make", "--dry-run", target], cwd=ENGINE, capture_output=True, check=True)


def _words(page: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text_of(page)))


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _points(node: dict[str, Any], root: Path) -> int:
    """Return the number of points that a fragment of a spec compiles to. Raises CompileError."""
    file = root / "conf/experiment/fragment.yaml"
    file.parent.mkdir(parents=True)
    text = yaml.safe_dump({"experiment": {"hypothesis": "A fragment.", **node}}, sort_keys=False)
    file.write_text(f"# @package _global_\n{text}", encoding="utf-8")
    experiment, _ = compile_experiment("fragment", Toolchain(Lab(root)))
    return len(experiment.points)
