"""Run analysts and writers on the case of an experiment and write their documents."""
