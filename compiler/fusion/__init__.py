"""Group the runs that one job may train together. Input: resolved configs and the source of their models."""
