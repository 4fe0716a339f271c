"""Render documents: substitute values for placeholders and write HTML, Markdown, LaTeX and PDF."""
