"""Publish an experiment: its files go in, a package with checksums, a review checklist, a gate and an archive come out.

A package is a candidate until a person approves exactly its checksums and the answers to its checklist. Nothing is
uploaded. The package `contents` writes the files of a package.
"""
