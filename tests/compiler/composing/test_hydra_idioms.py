"""The compiler composes what Hydra composes, and refuses what Hydra refuses. Hydra's result is computed by the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.composing.compiled_points import compiled_points
from tests.compiler.composing.defaults_idioms import DEFAULTS_IDIOMS
from tests.compiler.composing.group_idioms import GROUP_IDIOMS
from tests.compiler.composing.hydra_points import hydra_points
from tests.compiler.composing.idiom import Idiom
from tests.compiler.composing.override_idioms import OVERRIDE_IDIOMS
from tests.compiler.composing.sweep_idioms import SWEEP_IDIOMS
from tests.compiler.composing.value_idioms import VALUE_IDIOMS

IDIOMS = GROUP_IDIOMS | DEFAULTS_IDIOMS | VALUE_IDIOMS | OVERRIDE_IDIOMS | SWEEP_IDIOMS


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Hydra, about defaults lists without _self_
@pytest.mark.parametrize("idiom", IDIOMS.values(), ids=IDIOMS)
def test_compiler_composes_what_hydra_composes(idiom: Idiom, tmp_path: Path) -> None:
    conf = tmp_path / "conf"
    idiom.write(conf)
    expected, compiled = hydra_points(idiom, conf), compiled_points(idiom, conf)
    assert (expected is None) == idiom.is_refused
    if expected is None or compiled is None:
        assert compiled == expected
        return
    assert _typed(compiled, idiom) == _typed(expected, idiom)


def _typed(points: list[tuple[dict[str, object], object]], idiom: Idiom) -> list[str]:
    """Return the points as text, in which 1, 1.0 and true differ, and the order of keys does not matter."""
    texts = [repr(_sorted(point)) for point in points]
    return sorted(texts) if idiom.is_unordered else texts


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return sorted((repr(key), _sorted(item)) for key, item in value.items())
    return list(map(_sorted, value)) if isinstance(value, list | tuple) else value
