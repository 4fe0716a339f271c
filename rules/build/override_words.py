"""Split the value of `--config overrides=…` into Hydra overrides."""

from __future__ import annotations

from collections.abc import Iterator

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_QUOTES = "'\""


def override_words(value: object) -> list[str]:
    """Return the overrides in a text or a list of texts. No value and an empty text are no overrides.

    Blanks separate overrides, except inside quotes and brackets. Quotes around a value stay, because Hydra reads them.
    Quotes around a whole override are removed, as a shell does.

    Raises:
        ValueError: The value is neither text nor a list of texts.
    """
    if value is None:
        return []
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return list(value)
    if not isinstance(value, str):
        raise ValueError(f"must be text, but Snakemake reads it as {value!r} (write it as a list: overrides='[\"…\"]')")
    return [word for word in map(_unquoted, _words(value)) if word]


def _words(text: str) -> Iterator[str]:
    word, quote, is_escaped = "", "", False
    open_brackets: list[str] = []
    for char in text:
        if char.isspace() and not quote and not open_brackets and not is_escaped:
            yield word
            word = ""
            continue
        word += char
        if is_escaped or char == "\\":
            is_escaped = not is_escaped
        elif quote:
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in _BRACKETS:
            open_brackets.append(_BRACKETS[char])
        elif open_brackets and char == open_brackets[-1]:
            open_brackets.pop()
    yield word + quote  # Snakemake removes quotes at the end of the whole text


def _unquoted(word: str) -> str:
    is_quoted = len(word) > 1 and word[0] in _QUOTES and word[-1] == word[0]
    return word[1:-1] if is_quoted else word
