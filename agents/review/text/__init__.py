"""Passages, objections and rules, and what rules share: word lists, the number lexer, the finder of subjects."""
