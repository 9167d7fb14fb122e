"""Tab completion of the options of ``%%autograd``, for IPython 8.6 and later."""

# IPython's decorators have no types:
# mypy: allow-untyped-calls, allow-untyped-decorators

from __future__ import annotations

import re
from argparse import Action
from typing import Any

from IPython.core.completer import SimpleCompletion, context_matcher

from minigrad.jupyter.magics import AutogradMagics


@context_matcher()
def complete_options(context: Any) -> dict[str, Any]:
    """Complete the options on a line that begins with ``%%autograd``, and the values of those that have a list."""
    *before, fragment = re.split(r"[\s=]+", context.text_until_cursor.lstrip())
    found = [text for text in _expected(before, fragment) if text.startswith(fragment)]
    return {
        "completions": [SimpleCompletion(text=text, type="option") for text in found],
        "matched_fragment": fragment,
        "suppress": bool(found),  # what else could be completed there, files and variables, does not belong
    }


def _expected(before: list[str], fragment: str) -> list[str]:
    """Return what may stand after the words ``before``."""
    if before[:1] != ["%%autograd"]:
        return []
    actions: list[Action] = AutogradMagics.autograd.parser._actions
    options = {option: action for action in actions for option in action.option_strings}
    asked = options.get(before[-1])
    if asked is not None and asked.nargs != 0:
        return [str(choice) for choice in asked.choices or ()]
    return (
        [name for name in options if name.startswith("--") and name not in before] if fragment[:1] in ("", "-") else []
    )
