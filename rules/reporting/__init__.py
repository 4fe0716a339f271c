"""Read the files of an experiment, run analysts and writers on them, and write their documents."""
