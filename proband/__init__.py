"""The interfaces for users: the command line and the Python API. No other package imports this one."""
