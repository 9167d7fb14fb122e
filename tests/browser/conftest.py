"""One JupyterLab and one Chromium for all browser tests; without Chromium they say so and are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.lab import CHROMIUM, Lab, Notebook, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="the browser tests need playwright: pip install playwright"
    )
    path = chromium_path()
    if path is None:
        pytest.skip("the browser tests need Chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab"))
    if NOTEBOOKS.is_dir():
        shutil.copytree(NOTEBOOKS, server.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def open_notebook(lab: Lab, browser: Browser) -> Iterator[Callable[..., Notebook]]:
    """Open a notebook by its path below notebooks/, in a page of its own, closed after the module's last test."""
    opened: list[Notebook] = []

    def opener(name: str, **context: object) -> Notebook:
        opened.append(Notebook(lab, browser, name, **context))
        return opened[-1]

    yield opener
    for notebook in opened:
        notebook.close()
