"""Describe a package as an RO-Crate: its files and its experiment go in, `ro-crate-metadata.json` comes out.

The crate follows the Provenance Run Crate profile. It contains nothing that the other files of the package do not
state, and nothing that depends on the machine or the day on which it is written.
"""
