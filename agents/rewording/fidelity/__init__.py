"""Check that a reworded text keeps the required content, the quotations and the fact labels of the original."""
