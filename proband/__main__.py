"""`python -m proband` is the same as `proband`."""

import sys

from proband.command import main

sys.exit(main())
