"""The console script `proband`: put the engine on the path, then run the command line."""

from __future__ import annotations

import sys

from proband.engine_path import add_engine_to_path


def main() -> int:
    """Run the command line and return its exit code."""
    add_engine_to_path()
    from proband.cli.main import main as run_command  # needs the engine

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
