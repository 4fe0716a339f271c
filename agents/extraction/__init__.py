"""Extract facts, verdicts and metric series from the files of an experiment and its runs."""
