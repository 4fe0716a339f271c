"""Runs as rows of a table: the plan and the run folders go in, filtered and sorted rows come out.

The table is read from files alone. It also lists orphan runs, which no experiment of the lab plans any more.
"""
