"""Facts, statistics, analyses and reports over the outputs of runs. Never imports torch."""
