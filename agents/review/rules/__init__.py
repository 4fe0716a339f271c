"""Rules for template texts: a passage and its context go in, marks come out. Some apply to finished texts as well."""
