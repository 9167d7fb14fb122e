"""What the player says: nothing is missing, nothing is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from minigrad import trace, words

ROOT = Path(trace.__file__).parents[2]
TYPES = ROOT / "widgets" / "src" / "document.ts"
SOURCES = "\n".join(path.read_text("utf-8") for path in sorted(Path(trace.__file__).parent.glob("*.py")))
EXPLANATION = sorted(set(words.load("en")) - set(words.page("en")))


@pytest.mark.skipif(not TYPES.exists(), reason="the front end's source is not in this checkout")
def test_the_page_gets_exactly_the_words_that_it_needs():
    block = re.search(r"export interface Words \{(.*?)\n\}", TYPES.read_text("utf-8"), re.DOTALL)
    needed = set(re.findall(r"readonly (\w+)\??: string", block[1]))
    given = set(words.page("en"))
    assert needed - given == set(), "minigrad/words/en.py lacks these"
    assert given - needed == set(), "widgets/src/document.ts does not know these"


@pytest.mark.parametrize("key", EXPLANATION)
def test_every_sentence_is_said_somewhere(key):
    family = re.match(r"(chip|rule|tag_hook|hull|fault)_", key)
    assert f'"{key}"' in SOURCES or (family and f'f"{family[0]}' in SOURCES)


def test_every_sentence_that_is_said_exists():
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', SOURCES)) | set(re.findall(r'\bwords\["(\w+)"\]', SOURCES))
    assert said <= set(words.load("en"))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_gaps(language):
    english, other = words.load("en"), words.load(language)
    assert set(english) == set(other)
    for key, text in english.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", other[key])), key


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="no words for 'xx'"):
        words.load("xx")
    with pytest.raises(ValueError, match="no words for '../en'"):
        words.page("../en")
