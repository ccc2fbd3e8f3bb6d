"""The notebooks run from top to bottom."""

import ast
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(file.stem for file in FOLDER.glob("*.ipynb"))


def test_there_are_four():
    assert NOTEBOOKS == ["compare_methods", "first_map", "log_while_training", "my_sb3_agent"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name):
    book = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    space = {}
    for number, cell in enumerate(book["cells"]):
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == [], "notebooks are kept without outputs"
        tree = ast.parse("".join(cell["source"]))
        shown = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"{name}, cell {number}", "exec"), space)
        if shown is None:
            continue
        value = eval(compile(ast.Expression(shown.value), f"{name}, cell {number}", "eval"), space)
        # As a notebook shows it.
        for show in ("_repr_html_", "_repr_png_"):
            if hasattr(value, show):
                assert getattr(value, show)()
        assert value is None or repr(value)
