"""Read the data that agents may use: spec, results, facts, series, recorded baselines and the library."""
