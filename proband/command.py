"""The console script `proband`: put the engine on the path, then run the command line."""

from __future__ import annotations

import sys

from proband.engine_path import add_engine_to_path


def main() -> int:
    """Run the command line and return its exit code. Packages that are missing are named, and not as a traceback."""
    add_engine_to_path()
    try:
        from proband.cli.main import main as run_command  # needs the engine

        return run_command()
    except ModuleNotFoundError as error:
        from proband.missing_packages import missing_message  # reads metadata, which takes time

        message = missing_message(error)
        if message is None:
            raise
        print(message, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
