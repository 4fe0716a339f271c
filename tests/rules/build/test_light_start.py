"""Every Snakemake process reads the Snakefile, also in each cluster job, so it must not import what only jobs need."""

from __future__ import annotations

import subprocess
import sys

from compiler.base.paths import ENGINE

HEAVY = ("hydra", "pydantic", "scipy", "numpy", "matplotlib", "openai", "torch", "optuna")
PROGRAM = "import sys, rules.build.step_inputs, rules.build.driver, rules.build.cluster; "
PROGRAM += "print(*(m for m in {} if m in sys.modules))"


def test_reading_the_rules_imports_no_heavy_package() -> None:
    command = [sys.executable, "-c", PROGRAM.format(HEAVY)]
    done = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
