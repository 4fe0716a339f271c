"""The pattern of a run id, to tell the folders of runs from others."""

from __future__ import annotations

import re

RUN_ID = re.compile(r"[0-9a-f]{12}")
