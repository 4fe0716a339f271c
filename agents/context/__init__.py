"""What agents know of an experiment: spec, results, facts, series, recorded baselines and the library."""
