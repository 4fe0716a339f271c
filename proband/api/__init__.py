"""The Python API: experiments and runs of a lab as values for notebooks, read from files alone.

It runs in the process of a user, so it imports only `compiler` and `lightning_modules`, puts nothing at the front of
`sys.path`, and imports code of the lab only to load a model.
"""
