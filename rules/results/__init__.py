"""Check deliverables and assemble the results of an experiment from the files of its runs."""
