"""Where the figures of reports lie, relative to the experiment's folder."""

ARMS = "reports/figures/arms.png"
