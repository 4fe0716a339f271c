"""Groups of test items and safety cases, from a lab's own data module to results, facts and the technical report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import spec

pytestmark = pytest.mark.slow

DATA = '''"""Digits with two groups: whether the digit is even, and how much ink it has."""

from lightning_modules.data.digits import DigitsDataModule


class GroupedDigits(DigitsDataModule):
    def test_groups(self):
        images, labels = self.digits[self.split.test]
        ink = images.sum(dim=(1, 2, 3))
        return {
            "parity": ["odd" if label % 2 else "even" for label in labels.tolist()],
            "ink": [None if value < 15 else "little" if value < 20 else "much" for value in ink.tolist()],
        }
'''
GROUPED = "_target_: own_data.GroupedDigits\npath: data/digits.npz\ngroups: [parity]\nlicence: CC-BY-4.0\n"
CASES = """cases:
  - {id: blank_image, features: BLANK, one_of: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], required: true}
  - {id: abstains_from_blank_image, features: BLANK, abstains: true}
""".replace("BLANK", json.dumps([[[0] * 8] * 8]))
DELIVERABLES = """deliverables:
    - {type: group_gap, name: gap_met, metric: accuracy, column: parity, max_gap: 0.9}
    - {type: group_gap, name: gap_missed, metric: accuracy, column: parity, max_gap: 0.0, operator: "<"}
    - {type: safety_checks, cases: conf/safety/digits.yaml, required_pass_rate: 0.5}"""
MORE = "analysis_pipeline: []\n  reports: [technical_report]"


def deliverable(lab: RealLab, name: str) -> dict[str, Any]:
    content: dict[str, Any] = lab.json(f"experiments/grouped/deliverables/{name}.json")
    return content


def test_groups_and_cases_reach_the_results(lab: RealLab) -> None:
    lab.write("own_data.py", DATA)
    lab.write("conf/data/grouped.yaml", GROUPED)
    lab.write("conf/safety/digits.yaml", CASES)
    text = spec("The digits are learnt.", "sweep: {seed: range(2)}", "on_gate: continue", DELIVERABLES, MORE)
    lab.write(
        "conf/experiment/grouped.yaml",
        text.replace("experiment:", "defaults: [override /data: grouped]\nexperiment:", 1),
    )
    build = lab.snakemake("grouped")
    assert build.exit_code == 1, build.output
    assert len(build.trained) == 2

    assert deliverable(lab, "gap_met")["status"] == "delivered"
    missed = deliverable(lab, "gap_missed")
    assert missed["status"] == "invalid"
    detail = next(iter(missed["runs"].values()))["detail"]
    assert "for parity = even (n = 178)" in detail
    assert "for parity = odd (n = 181)" in detail
    cases = next(iter(deliverable(lab, "safety_checks")["runs"].values()))
    assert cases["status"] == "delivered"
    assert [outcome["passed"] for outcome in cases["outcomes"]] == [True, False]
    assert cases["outcomes"][0]["answer"] in set("0123456789")

    (result,) = lab.json("experiments/grouped/results.json")["groups"]
    assert (result["column"], result["runs"], result["reason"]) == ("parity", 2, None)
    assert [(group["name"], group["items"]) for group in result["groups"]] == [("even", 178), ("odd", 181)]
    assert result["gap"]["low"] <= result["gap"]["difference"] <= result["gap"]["high"]
    folder = lab.root / "results/experiments/grouped"
    facts = [json.loads(line) for line in (folder / "facts.jsonl").read_text().splitlines()]
    gap = next(fact for fact in facts if fact["id"] == "groups.arm[all].parity.gap")
    assert (gap["value"], gap["n"]) == (result["gap"]["difference"], 359)
    assert "\n# Groups of test items\n" in (folder / "reports/technical_report.md").read_text()
    assert lab.json("experiments/grouped/experiment.json")["datasets"][0]["licence"] == "CC-BY-4.0"

    # A changed file of cases repeats the check, another column is evaluated, and nothing is trained again.
    lab.edit("conf/safety/digits.yaml", "abstains: true", "abstains: true, required: true")
    lab.edit("conf/data/grouped.yaml", "groups: [parity]", "groups: [parity, ink]")
    build = lab.snakemake("grouped")
    assert build.exit_code == 1, build.output
    assert build.trained == frozenset()
    assert deliverable(lab, "safety_checks")["status"] == "invalid"
    parity, ink = lab.json("experiments/grouped/results.json")["groups"]
    assert parity == result
    assert [group["name"] for group in ink["groups"]] == ["little", "much"]
    assert ink["missing"] is not None
