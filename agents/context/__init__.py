"""Build what agents may read about an experiment: spec, results, facts, series, recorded baselines and the library."""
