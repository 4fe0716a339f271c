"""Ethical oversight: what a spec and its data groups declare and what the results show go in, risk flags come out.

A flag blocks the publication of its experiment until a person signs it, as any other decision (`lab/approvals`).
"""
