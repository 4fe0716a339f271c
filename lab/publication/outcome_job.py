"""Print the outcome of the publications of a build. Fail if one is not published that a person has decided on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compiler.base.paths import Lab
from lab.publication.outcome import outcome


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--current", nargs="*", default=[])
    parser.add_argument("--outdated", nargs="*", default=[])
    args = parser.parse_args()
    lines, exit_code = outcome(Lab(Path()), args.current, args.outdated)
    print("\n".join(lines), file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
