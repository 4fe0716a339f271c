"""List the scenarios in which some verdict would be false."""

from __future__ import annotations

from tests.verdicts.block_scenarios import block_scenarios
from tests.verdicts.failure_scenarios import failure_scenarios
from tests.verdicts.family_scenarios import family_scenarios
from tests.verdicts.interaction_scenarios import interaction_scenarios
from tests.verdicts.item_scenarios import item_scenarios
from tests.verdicts.margin_scenarios import margin_scenarios
from tests.verdicts.scenario import Scenario
from tests.verdicts.shared_seed_scenarios import shared_seed_scenarios
from tests.verdicts.spread_scenarios import spread_scenarios

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenarios in (
        spread_scenarios,
        failure_scenarios,
        margin_scenarios,
        block_scenarios,
        shared_seed_scenarios,
        interaction_scenarios,
        family_scenarios,
        item_scenarios,
    )
    for scenario in scenarios()
}
