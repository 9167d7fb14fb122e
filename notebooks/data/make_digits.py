"""Write digits.csv, the data of 14-training.ipynb: ``python notebooks/data/make_digits.py``, the same file each time.

A row is an image: the digit that it shows, then its 8 by 8 pixels row by row, from 0 (empty) to 15 (ink). The digits
are drawn by tests/programs/digits.py from seven strokes, shifted by up to a pixel, with the ink uneven; here noise is
added until some are hard to read. No one's handwriting is in it, so it is nobody's property: CC0.
"""

import random
import sys
from pathlib import Path

HERE = Path(__file__).parent
COUNT, SEED, NOISE = 1000, 14, 0.1


def table():
    """Return the file's text."""
    sys.path.insert(0, str(HERE.parents[1] / "tests" / "programs"))
    from digits import digits

    chance = random.Random(SEED)
    rows = []
    for image, label in zip(*digits(COUNT, SEED), strict=True):
        pixels = [min(max(pixel + chance.gauss(0, NOISE), 0), 1) for row in image for pixel in row]
        rows.append(",".join(map(str, [label, *(round(15 * pixel) for pixel in pixels)])))
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    (HERE / "digits.csv").write_text(table(), encoding="ascii")
