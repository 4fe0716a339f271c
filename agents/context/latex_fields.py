"""Decode LaTeX in the fields of BibTeX entries. Fields without LaTeX are kept: decoding them takes as long."""

from __future__ import annotations

import re

from bibtexparser.middlewares import LatexDecodingMiddleware

_LATEX = re.compile(r"[\\{}$%&#_^~]|``|''|--|[!?]`")  # commands, groups, mathematics, comments and ligatures


class DecodedFields(LatexDecodingMiddleware):
    def _transform_python_value_string(self, python_string: str) -> tuple[str, str]:
        """Return the decoded text, and a description of the error or an empty text."""
        if _LATEX.search(python_string) is None:
            return python_string, ""
        decoded, error = super()._transform_python_value_string(python_string)
        return str(decoded), error
