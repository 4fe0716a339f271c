"""Registrations: an append-only chain of entries, the runs that are fresh evidence for a claim, and its looks."""
