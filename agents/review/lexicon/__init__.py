"""Find what rules judge in a passage: numbers, comparisons, conclusions, quantities and the subjects it names."""
