"""What the player says, a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

LANGUAGES = ("en",)

__all__ = ["LANGUAGES", "exercise", "load", "page"]


def load(language: str = "en") -> Mapping[str, str]:
    """Return every text of a language, by key; braces name what is put in.

    Parameters
    ----------
    language : str
        One of ``LANGUAGES``.

    Returns
    -------
    mapping of str to str

    Raises
    ------
    ValueError
        If there is no such language.
    """
    words = _module(language)
    return {**words.PAGE, **words.EXPLANATION}


def page(language: str = "en") -> Mapping[str, str]:
    """Return the texts that the page itself needs, which travel in a play document."""
    return dict(_module(language).PAGE)


def exercise(language: str = "en") -> Mapping[str, str]:
    """Return what an exercise says of an answer, by kind of mistake."""
    return dict(_module(language).EXERCISE)


def _module(language: str) -> _Words:
    if language not in LANGUAGES:
        raise ValueError(f"the player speaks {', '.join(LANGUAGES)}; it has no words for {language!r}")
    return import_module(f"minigrad.words.{language}")  # type: ignore[return-value]


class _Words:
    """What a language's file holds."""

    PAGE: Mapping[str, str]
    EXPLANATION: Mapping[str, str]
    EXERCISE: Mapping[str, str]
