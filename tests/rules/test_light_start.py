"""Each Snakemake parses the Snakefile, also that of every cluster job: it waits for nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys

from compiler.base.paths import ENGINE

HEAVY = ("hydra", "pydantic", "scipy", "numpy", "matplotlib", "openai", "torch", "optuna")
ASKED = "import sys, rules.build.workflow, rules.build.driver, rules.build.cluster; "
ASKED += "print(*(m for m in {} if m in sys.modules))"


def test_the_rules_are_read_without_what_jobs_need() -> None:
    command = [sys.executable, "-c", ASKED.format(HEAVY)]
    done = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
