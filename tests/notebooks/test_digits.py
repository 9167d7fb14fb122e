"""The data of 14-training.ipynb: the stored file is what its script writes, and every digit is there."""

import functools
import http.server
import re
import runpy
import threading
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest

import minigrad as mg
from minigrad.utils.data import DataLoader, TensorDataset

ROOT = Path(__file__).parents[2]
DATA = ROOT / "notebooks" / "data"


def rows():
    return [[int(number) for number in line.split(",")] for line in (DATA / "digits.csv").read_text().splitlines()]


def test_the_stored_file_is_what_the_script_writes():
    assert runpy.run_path(str(DATA / "make_digits.py"))["table"]() == (DATA / "digits.csv").read_text()


def test_a_row_is_a_digit_and_64_pixels():
    assert {len(row) for row in rows()} == {65}
    assert {pixel for row in rows() for pixel in row[1:]} == set(range(16))


def test_no_digit_is_rare():
    counts = Counter(row[0] for row in rows())
    assert sorted(counts) == list(range(10))
    assert min(counts.values()) > 60


@pytest.fixture
def raw():
    """Serve this checkout as raw.githubusercontent.com serves the repository: an address for its root."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=ROOT)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_where_the_notebook_came_alone_the_data_is_fetched(raw, tmp_path, monkeypatch):
    notebook = nbformat.read(ROOT / "notebooks" / "14-training.ipynb", as_version=4)
    (cell,) = [cell.source for cell in notebook.cells if cell.id == "read"]
    base = r"https://raw\.githubusercontent\.com/minigrad/minigrad/HEAD/"
    assert len(re.findall(base, cell)) == 1
    names = {"mg": mg, "np": np, "Path": Path, "DataLoader": DataLoader, "TensorDataset": TensorDataset}
    monkeypatch.chdir(tmp_path)  # as in Colab: no data folder here
    exec(re.sub(base, raw, cell), names)
    assert names["images"].shape == (1000, 64)
    assert [int(label) for label in names["labels"][:20]] == [row[0] for row in rows()[:20]]
