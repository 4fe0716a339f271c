"""What an analyst or writer may read about an experiment: facts, verdicts, trials, baselines, citations."""
