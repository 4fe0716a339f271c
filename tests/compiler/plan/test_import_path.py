"""The modules of a lab are importable only while the lab is compiled."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.plan.plan_files import current_plan
from compiler.python_source.import_path import importable
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab

TYPE = """
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists

class Track(Deliverable):
    path: str = "output/track.wav"

TRACK = DeliverableType("track", Track, {"exists": exists})
"""


def test_compiling_a_lab_with_its_own_deliverable_type_restores_sys_path(tmp_path: Path) -> None:
    text = spec("experiment: {hypothesis: H., deliverables: [{type: 'import_path_types:TRACK'}]}")
    before = list(sys.path)
    plan = current_plan(write_lab(tmp_path, FILES | {"tracks": text, "import_path_types.py": TYPE}))
    assert "TRACK" in plan.experiments["tracks"].deliverables
    assert sys.path == before


def test_a_folder_that_was_already_on_sys_path_stays_on_it(tmp_path: Path) -> None:
    with importable(tmp_path):
        with importable(tmp_path):
            pass
        assert sys.path[-1] == str(tmp_path.resolve())
    assert str(tmp_path.resolve()) not in sys.path
