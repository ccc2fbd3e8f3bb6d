"""Rules of the page's files: small modules, nothing that runs text, and what the offline page's bundle relies on."""
import re

import pytest
from conftest import PAGE

MODULES = sorted(PAGE.glob("*.js"))
INDEX = (PAGE / "index.html").read_text()


def imports_of(text):
    return re.findall(r"^import \{[^}\n]+\} from '\./([a-z_]+\.js)';$", text, re.M)


@pytest.mark.parametrize("path", [p for p in sorted(PAGE.iterdir()) if p.suffix in (".js", ".css", ".html")], ids=lambda p: p.name)
def test_files_are_short(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.name)
def test_text_never_becomes_markup_or_code(path):
    for word in ("innerHTML", "outerHTML =", "insertAdjacentHTML", "document.write", "eval(", "new Function", "javascript:", "</script", "<!--"):
        assert word not in path.read_text(), word


def test_the_page_has_no_code_and_no_style_inside():
    assert not re.search(r"\son[a-z]+=", INDEX)
    assert " style=" not in INDEX
    assert re.findall(r"<script[^>]*>", INDEX) == ['<script type="application/json" id="recorded">', '<script type="module" src="main.js">']
    assert "http" not in INDEX.replace("http-equiv", "")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.name)
def test_each_import_is_one_line(path):
    text = path.read_text()
    assert len(re.findall(r"^import\b", text, re.M)) == len(imports_of(text))
    assert "import(" not in text and "export default" not in text and not re.search(r"^export \{", text, re.M)


def test_modules_stand_behind_what_they_import():
    order = re.findall(r'<link rel="modulepreload" href="([a-z_]+\.js)">', INDEX)
    assert sorted(order) == [path.name for path in MODULES]
    for path in MODULES:
        for other in imports_of(path.read_text()):
            assert order.index(other) < order.index(path.name), f"{path.name} imports {other}"


def test_no_two_modules_define_the_same_name():
    owner = {}
    for path in MODULES:
        for name in re.findall(r"^(?:export )?(?:async )?(?:function|class|const|let) \{?\s*([A-Za-z_]\w*)", path.read_text(), re.M):
            assert name not in owner, f"{name} in {path.name} and {owner[name]}"
            owner[name] = path.name
    assert len(owner) > 50


def test_every_element_that_a_module_asks_for_is_there():
    ids = set(re.findall(r'\bid="([a-z-]+)"', INDEX))
    for path in MODULES:
        for name in re.findall(r"byId\('([a-z-]+)'\)", path.read_text()):
            assert name in ids, f"{path.name} asks for {name}"
