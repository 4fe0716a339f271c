"""Decisions of people and of the policy: a decision about hashed content goes in, a file in `approvals/` comes out.

Each decision names its subjects by the sha256 of their content, so that it counts for exactly this content. Files are
written once. A file that was edited, copied or damaged is reported and counts for nothing. The package `agents` cannot
import this one, and a process that an agent, a worker or a policy starts cannot act as a person (`person.py`).
"""
