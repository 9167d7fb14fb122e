"""Digits of 8 by 8 pixels, drawn by a few strokes, shifted and blurred with noise: the same ones every time."""

import random

STROKES = {  # seven segments: top, upper left, upper right, middle, lower left, lower right, bottom
    0: "1110111",
    1: "0010010",
    2: "1011101",
    3: "1011011",
    4: "0111010",
    5: "1101011",
    6: "1101111",
    7: "1010010",
    8: "1111111",
    9: "1111011",
}
PLACES = [
    [(1, 3), (1, 4)],
    [(2, 2), (1, 2)],
    [(2, 5), (1, 5)],
    [(3, 3), (3, 4)],
    [(4, 2), (5, 2)],
    [(4, 5), (5, 5)],
    [(6, 3), (6, 4)],
]


def digits(count, seed):
    """Return images, lists of 8 rows of 8 numbers from 0 to 1, and the digits they show."""
    chance = random.Random(seed)
    images, labels = [], []
    for _ in range(count):
        label = chance.randrange(10)
        down, right = chance.randrange(-1, 2), chance.randrange(-1, 2)
        image = [[0.2 * chance.random() for _ in range(8)] for _ in range(8)]
        for stroke, pixels in zip(STROKES[label], PLACES, strict=True):
            for row, column in pixels:
                if stroke == "1":
                    image[row + down][column + right] = 0.7 + 0.3 * chance.random()
        images.append(image)
        labels.append(label)
    return images, labels
