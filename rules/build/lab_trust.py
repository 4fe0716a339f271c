"""End a build of a lab whose code must not be run."""

from __future__ import annotations

import sys

from compiler.base.paths import Lab
from compiler.base.trust import UntrustedLab, require_trust


def exit_if_untrusted(lab: Lab) -> None:
    """Print the reason and exit with 2 if code of the lab must not be run. Snakemake would exit with 1."""
    try:
        require_trust(lab)
    except UntrustedLab as error:
        print(error, file=sys.stderr)
        sys.exit(2)
