"""Declare characters that pdflatex does not know, so that no text stops the compilation."""

from __future__ import annotations

_LAST_KNOWN = 0x17F  # the T1 encoding has the Latin characters up to here
_MATHEMATICAL = {0x2212: "\\ensuremath{-}", 0x2265: "\\ensuremath{\\geq}", 0x2264: "\\ensuremath{\\leq}"}
_TYPOGRAPHIC = frozenset("–—‘’“”„…•‚†‡€™")
_MARK = "% character declarations"  # line of the template that the declarations replace


def declare_characters(source: str) -> str:
    """Return a LaTeX source with declarations. A character without a LaTeX equivalent is shown as its code point."""
    characters = sorted({char for char in source if ord(char) > _LAST_KNOWN and char not in _TYPOGRAPHIC})
    return source.replace(_MARK, "\n".join(map(_declaration, characters)), 1)


def _declaration(character: str) -> str:
    code_point = ord(character)
    replacement = _MATHEMATICAL.get(code_point, rf"\texttt{{[U+{code_point:04X}]}}")
    return rf"\DeclareUnicodeCharacter{{{code_point:04X}}}{{{replacement}}}"
