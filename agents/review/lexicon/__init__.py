"""Find the numbers, comparisons, conclusions, quantities and subjects in a passage."""
