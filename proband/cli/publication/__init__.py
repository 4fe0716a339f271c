"""The command of publications: an experiment goes in, what is prepared, approved or missing comes out."""
