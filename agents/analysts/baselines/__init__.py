"""Parts of the baseline comparison: comparisons with recorded results and with the parent, and equivalence tests."""
