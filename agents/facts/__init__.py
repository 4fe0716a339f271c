"""Define facts: numbers and other values that code computed, each with id, unit, n, subject and source file."""
