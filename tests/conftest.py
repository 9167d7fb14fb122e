"""Settings that every test shares."""

import os
from collections.abc import Iterator

import hypothesis
import matplotlib
import numpy as np
import pytest

# no window opens, wherever the tests run; said here and not by MPLBACKEND, which the notebooks' kernels would inherit
matplotlib.use("Agg")

# a shared two-core machine is slow at times, which says nothing of the code; in CI every run draws the same examples
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def numpy_prints_as_ever() -> Iterator[None]:
    """Undo what a test changes in NumPy's printing: IPython's %precision does so."""
    with np.printoptions():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let matplotlib list its fonts before a notebook does, and prints that it is doing so."""
    if any(item.path.suffix == ".ipynb" for item in items):
        import matplotlib.font_manager  # noqa: F401 (it is imported for its cache)
