"""The Python of the manual runs as it is written, and the snippets that need more packages name what exists."""

import re
from pathlib import Path

import pytest

import arcadecam as ac

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "docs/python.md", "python/README.md"]


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize(("page", "number"), [(page, n) for page in PAGES for n in range(len(blocks(page)))])
def test_the_manuals_python_runs(page, number):
    exec(compile(blocks(page)[number], f"{page}, block {number}", "exec"), {})


def test_there_are_such_blocks():
    assert [len(blocks(page)) for page in PAGES] == [1, 3, 1]


def test_names_in_the_manual_exist():
    text = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"\bac\.([A-Za-z_]\w*)", text)) - {"data", "gym", "sb3", "training"}:
        assert hasattr(ac, name), name
    agent = ac.load("pong")
    for name in set(re.findall(r"\bagent\.([A-Za-z_]\w*)", text)):
        assert hasattr(agent, name), name
