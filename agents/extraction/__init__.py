"""Extract facts: the files of an experiment and its runs go in, facts, verdicts and metric series come out."""
