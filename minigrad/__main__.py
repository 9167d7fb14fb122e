"""``python -m minigrad lab`` opens the notebooks; ``python -m minigrad doctor`` says what an environment lacks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from minigrad import __version__
from minigrad.commands import doctor, lab


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after ``python -m minigrad``.

    Returns
    -------
    int
        0 if all went well.
    """
    parser = argparse.ArgumentParser(
        "python -m minigrad", description="PyTorch's autograd, played step by step in Jupyter."
    )
    parser.add_argument("--version", action="version", version=f"minigrad {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", required=True)

    opened = commands.add_parser("lab", help="copy the notebooks to a folder of your own and open them in JupyterLab")
    opened.add_argument("folder", nargs="?", type=Path, default=Path("minigrad-notebooks"), help="default: %(default)s")
    opened.add_argument("--copy-only", action="store_true", help="copy, and open nothing")

    commands.add_parser("doctor", help="say what is missing in this environment, and how to mend it")

    asked = parser.parse_args(arguments)
    if asked.command == "lab":
        return lab.run(asked.folder, open_it=not asked.copy_only)
    return doctor.run()


if __name__ == "__main__":
    sys.exit(main())
