"""Reading the Snakefile imports no heavy package, because every Snakemake process and cluster job reads it."""

from __future__ import annotations

import subprocess
import sys

from compiler.base.paths import ENGINE

HEAVY = ("hydra", "pydantic", "scipy", "numpy", "matplotlib", "openai", "torch", "optuna")
PROGRAM = "import sys, rules.build.step_inputs, rules.build.driver, rules.build.cluster, lab.admission.admit; "
PROGRAM += "print(*(name for name in {} if name in sys.modules))"


def test_reading_the_rules_imports_no_heavy_package() -> None:
    command = [sys.executable, "-c", PROGRAM.format(HEAVY)]
    process = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, check=True)
    assert process.stdout.split() == []
