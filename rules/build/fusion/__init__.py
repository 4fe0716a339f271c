"""State which runs a build trains together. In: the plan and the jobs of the build. Out: a folder for its jobs."""
