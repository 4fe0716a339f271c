"""Texts as data: blocks whose prose names facts, and how they are put on paper."""
