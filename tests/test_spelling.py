"""What a learner reads is spelled as the dictionary has it, or as words.txt beside this file does."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
OWN = set((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())
PAGES = ["README.md", "CHANGELOG.md", "binder/README.md"]
# what is no prose: code, formulas, addresses, tags, and the gaps of a sentence
NO_PROSE = re.compile(
    r"```.*?```|``[^`]*``|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|https?://\S+|<[^>]+>|\{[^}]*\}|^\s*(?:>>>|\.\.\.).*$",
    flags=re.DOTALL | re.MULTILINE,
)
WORD = re.compile(r"(?<![\w\\.])[A-Za-z]+(?:'[a-z]+)?(?![\w(])")


def words(text):
    """Return the words of a text in lower case; not those in capitals, and no single letters."""
    found = [word for word in WORD.findall(NO_PROSE.sub(" ", text)) if not word.isupper()]
    return {re.sub(r"'s$", "", word.lower()) for word in found if len(word) > 1}


def told_in(path):
    """Return what a notebook tells: its text, and the comments and docstrings of its code."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            yield cell.source
        else:
            yield from re.findall(r"#.*|\"\"\".*?\"\"\"", cell.source)


def said_by(path):
    """Return what the player says of a file's operators: the first paragraph of their docstrings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield (ast.get_docstring(node) or "").partition("\n\n")[0]


def asked_by(path):
    """Return the sentences of a file's exercises: their texts that end as a sentence does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\w [^\n]*[.?!]$", node.value):
            yield node.value


def said_in(path):
    """Return the sentences of a file of words: its dictionaries' values, and not their keys."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for value in node.values if isinstance(node, ast.Dict) else ():
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def everything():
    """Yield each file's name and its words."""
    for name in PAGES:
        yield name, words((ROOT / name).read_text(encoding="utf-8"))
    for path in sorted((ROOT / "minigrad" / "words").glob("*.py")):
        yield path.name, words("\n".join(said_in(path)))
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            yield path.name, words("\n".join(told_in(path)))
    for path in sorted((ROOT / "minigrad" / "ops").rglob("*.py")):
        yield path.name, words("\n".join(said_by(path)))
    for path in sorted((ROOT / "minigrad" / "jupyter" / "exercises").glob("*.py")):
        yield path.name, words("\n".join(asked_by(path)))


@pytest.fixture(scope="module")
def unknown():
    """Return the words that the dictionary does not know, and the files they stand in."""
    dictionary = pytest.importorskip("spellchecker", reason="pip install pyspellchecker").SpellChecker(distance=1)
    places = {}
    for name, found in everything():
        for word in dictionary.unknown(found):
            places.setdefault(word, []).append(name)
    return places


def test_nothing_is_misspelled(unknown):
    assert {word: places for word, places in unknown.items() if word not in OWN} == {}


def test_no_word_is_listed_for_nothing(unknown):
    assert OWN - unknown.keys() == set()


@pytest.mark.parametrize("word", ["gradeint", "recieve", "seperate", "dervative", "accross"])
def test_a_mistake_would_be_found(word):
    dictionary = pytest.importorskip("spellchecker", reason="pip install pyspellchecker").SpellChecker(distance=1)
    assert words(f"The {word} of `{word}x` is `wrnog`.") == {"the", word, "of", "is"}
    assert dictionary.unknown([word])
