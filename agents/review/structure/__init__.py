"""Checks that need a whole document or analysis: its exhibits, tables and quotations, and the slots of its texts."""
