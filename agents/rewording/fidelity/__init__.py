"""Check that a reworded text keeps what the original must say: required content, quotations and fact labels."""
