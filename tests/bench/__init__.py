"""Measure the cost of compiling, planning, training and reporting, compared with other tools in the same run."""
