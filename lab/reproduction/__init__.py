"""Train finished runs again from their records, compare the results, and record each comparison."""
