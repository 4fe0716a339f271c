"""The faces of Proband: the command line and the Python API. No other package imports this one."""
