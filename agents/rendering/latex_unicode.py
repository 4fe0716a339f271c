"""Letters that pdflatex does not know are shown by their code point: no text stops a compilation."""

from __future__ import annotations

KNOWN_UP_TO = 0x17F  # Latin letters, which the T1 encoding has
_DECLARED = {0x2212: "\\ensuremath{-}", 0x2265: "\\ensuremath{\\geq}", 0x2264: "\\ensuremath{\\leq}"}
_TYPOGRAPHIC = frozenset("–—‘’“”„…•‚†‡€™")
MARK = "% letters"  # where the template wants the declarations


def declared(source: str) -> str:
    """A LaTeX source with a declaration for each letter that needs one; other engines have letters of their own."""
    letters = sorted({char for char in source if ord(char) > KNOWN_UP_TO and char not in _TYPOGRAPHIC})
    return source.replace(MARK, "\n".join(map(_declaration, letters)), 1)


def _declaration(letter: str) -> str:
    code = ord(letter)
    shown = _DECLARED.get(code, rf"\texttt{{[U+{code:04X}]}}")
    return rf"\DeclareUnicodeCharacter{{{code:04X}}}{{{shown}}}"
