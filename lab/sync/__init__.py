"""Upload the W&B logs of finished runs, and check their deliverables again. Input: the plan. Output: new verdicts."""
