"""Compile the lab in the working directory and print its plan as JSON: `python -m compiler.plan.print_plan`.

Callers run it as a subprocess if they use Hydra themselves, because Hydra's global state would change the plan.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan


def main() -> int:
    try:
        print(json.dumps(current_plan(Lab(Path())).to_json()))
    except CompileError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
