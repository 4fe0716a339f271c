"""Add a spec to `conf/experiment/` without replacing another: jobs and proposals become specs of the lab here."""
