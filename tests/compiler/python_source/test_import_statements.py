"""All import statements of a source are found, wherever a statement can be."""

from __future__ import annotations

import ast

import pytest

from compiler.base.paths import ENGINE
from compiler.python_source.import_statements import import_statements

SOURCE = """
import a
if x: import b
elif y: import c
else: from d import e
for i in x: import f
else: import g
while x: import h
with x: from . import i
try: import j
except A: import k
else: import l
finally: import m
try: pass
except* A: import n
match x:
    case 1: import o
class C:
    import p
    def f(self):
        import q
        async def g():
            async with x: import r
lambda: (yield)
x = 1 if y else 2; import s
"""


def walked(tree: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


FILES = sorted((ENGINE / "compiler").rglob("*.py"))


@pytest.mark.parametrize("source", [SOURCE, *(file.read_text(encoding="utf-8") for file in FILES[::20])])
def test_the_import_statements_of_every_block_are_found(source: str) -> None:
    tree = ast.parse(source)
    assert list(import_statements(tree)) == walked(tree)


def test_the_source_of_this_test_has_an_import_in_every_block() -> None:
    assert len(walked(ast.parse(SOURCE))) == 18
