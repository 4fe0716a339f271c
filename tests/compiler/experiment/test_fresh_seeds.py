"""With `fresh_seeds`, a spec gets seeds that no finished run has used, and keeps them once they are registered."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.registration.used_seeds import replace_used_seeds
from tests.compiler.registration.chains import register
from tests.labs import compile_one, mistakes_of, spec, write_lab


def spec_text(seeds: str = "range(3)", minimum_effect: float = 0.0, sweep: str = "", more: str = "") -> str:
    return spec(f"""
        experiment:
          hypothesis: H.
          sweep: {{model.lr: "0.1,0.2", {sweep or f"seed: {seeds}"}}}
          compare:
            {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, fresh_seeds: true,
              minimum_effect: {minimum_effect}}}
          {more}
    """)


def finish(lab: Lab, run: str, seed: object) -> None:
    write_json(lab.status(run), {"status": "failed"})
    write_json(lab.run(run) / "config.json", {"config": {"seed": seed}})


def seeds_of(lab: Lab) -> list[int]:
    experiment, _ = compile_one(lab, "lr")
    return list(dict.fromkeys(point.overrides["seed"] for point in experiment.points))


def register_choice(lab: Lab) -> None:
    experiment, runs = compile_one(lab, "lr")
    seeds = sorted({point.overrides["seed"] for point in experiment.points})
    register(lab, " ".join(runs), planned_seeds=seeds, chosen_seeds=experiment.seeds)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return write_lab(tmp_path, {"lr": spec_text()})


def test_unused_seeds_are_kept(lab: Lab) -> None:
    assert seeds_of(lab) == [0, 1, 2]


def test_seeds_of_finished_runs_are_replaced_also_of_failed_ones(lab: Lab) -> None:
    for number, seed in enumerate((0, 1, 3)):
        finish(lab, f"run{number}", seed)
    finish(lab, "damaged", "seven")
    experiment, runs = compile_one(lab, "lr")
    assert seeds_of(lab) == [4, 5, 2]
    assert sorted({run.config["seed"] for run in runs.values()}) == [2, 4, 5]
    assert {point.name for point in experiment.points} >= {"model.lr=0.1,seed=4", "model.lr=0.2,seed=2"}


def test_seeds_of_registered_runs_stay_used_after_their_folders_are_deleted(lab: Lab) -> None:
    register(lab, "a b", name="other", planned_seeds=[0, 1])
    assert seeds_of(lab) == [3, 4, 2]


def test_registered_choice_is_repeated_after_its_runs_have_finished(lab: Lab) -> None:
    finish(lab, "old", 0)
    register_choice(lab)
    for seed in (3, 1, 2):
        finish(lab, f"new{seed}", seed)
    assert seeds_of(lab) == [3, 1, 2]


def test_more_seeds_extend_the_registered_choice(lab: Lab) -> None:
    finish(lab, "old", 0)
    register_choice(lab)
    write_lab(lab.root, {"lr": spec_text("range(5)")})
    assert seeds_of(lab) == [3, 1, 2, 5, 4]


def test_another_claim_gets_other_seeds(lab: Lab) -> None:
    register_choice(lab)
    write_lab(lab.root, {"lr": spec_text(minimum_effect=0.1)})
    assert seeds_of(lab) == [3, 4, 5]


MISTAKES = {
    "no seed in the sweep": (spec_text(sweep="model.width: '1,2'"), "needs a key `seed` in the sweep"),
    "seeds that are texts": (spec_text(sweep="seed: 'a,b'"), "needs whole numbers as `seed`"),
    "search": (spec_text(more="search: {space: {model.decay: 'interval(0, 1)'}, runs: 12}"), "not available for a search"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), MISTAKES.values(), ids=MISTAKES)
def test_spec_that_cannot_have_fresh_seeds_is_wrong(text: str, problem: str, tmp_path: Path) -> None:
    mistakes = mistakes_of(write_lab(tmp_path, {"lr": text, "conf/model/net.yaml": ""}), "lr")
    assert [line for line in mistakes if problem in line], mistakes


def test_replaced_seeds_are_distinct_and_not_among_the_written_ones() -> None:
    assert replace_used_seeds([0, 1, 2], {1, 3}, None) == [0, 4, 2]
    assert replace_used_seeds([5, 6], {5, 6}, {"from": [5], "to": [0]}) == [0, 1]
    assert replace_used_seeds([0, 9], {0, 9}, {"from": [9], "to": [0]}) == [1, 0]
    assert replace_used_seeds([0, 3], {0}, {"from": [0], "to": [3]}) == [3, 1]
