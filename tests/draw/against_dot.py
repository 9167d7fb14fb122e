"""Count the crossings of the corpus as drawn here, and by Graphviz where `dot` is installed.

    python tests/draw/against_dot.py           # print the table of crossings.csv beside today's numbers
    python tests/draw/against_dot.py --write   # measure both again and write crossings.csv; this needs dot

Each draws every graph twice. At first the arguments of all ops come in at their places, from the top down, and `dot` is
asked for the same (its ``ordering=in``). Then `dot` has its hands free, while here only those ops may swap their
arguments that do not mind, as in the player. Crossings are counted as the eye does: where lines of two
different sources meet, once a place, however many edges share a line.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from draw.corpus import CORPUS, commuting, size_of
from minigrad.draw.layers import Box
from minigrad.draw.layout import arrange, path_commands

TABLE = Path(__file__).with_name("crossings.csv")
SAME_PLACE = 16.0  # pixels; crossings of the same two sources nearer than this are one to the eye

Line = np.ndarray  # points along a drawn edge, shape (n, 2)


def curve(start: tuple[float, float], *controls: float) -> list[tuple[float, float]]:
    x0, y0 = start
    x1, y1, x2, y2, x3, y3 = controls
    points = []
    for k in range(1, 13):
        t = k / 12
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return points


def ours(G: nx.MultiDiGraph, *, in_order: bool) -> dict[tuple[str, str, int], Line]:
    loose = [] if in_order else commuting(G)
    layout = arrange(G, boxes={node: Box.of(*size_of(node)) for node in G}, loose=loose)
    lines = {}
    for key, route in layout.routes.items():
        points: list[tuple[float, float]] = []
        for letter, *numbers in path_commands(route):
            points += curve(points[-1], *numbers) if letter == "C" else [(numbers[0], numbers[1])]
        lines[key] = np.array(points)
    return lines


def by_dot(G: nx.MultiDiGraph, *, in_order: bool) -> dict[tuple[str, str, int], Line]:
    """The curves that `dot -Tjson` gives, from left to right like ours, with the same sizes and gaps."""
    text = ["digraph { rankdir=LR; ranksep=0.667; nodesep=0.333; node [shape=box fixedsize=true];"]
    text += ["ordering=in;"] * in_order
    text += [f"{n} [width={size_of(n)[0] / 72:.4f} height={size_of(n)[1] / 72:.4f}];" for n in G]
    text += [f'{u} -> {v} [class="{k}"];' for u, v, k in G.edges(keys=True)]
    found = subprocess.run(["dot", "-Tjson"], input="\n".join([*text, "}"]), capture_output=True, text=True, check=True)
    drawing = json.loads(found.stdout)
    names = [item["name"] for item in drawing["objects"]]
    lines = {}
    for edge in drawing["edges"]:
        numbers = edge["pos"].replace("e,", "", 1).split()
        pairs = [tuple(map(float, pair.split(","))) for pair in numbers]
        tip, pairs = pairs[0], pairs[1:]
        points = [pairs[0]]
        for k in range(1, len(pairs), 3):
            points += curve(points[-1], *pairs[k], *pairs[k + 1], *pairs[k + 2])
        lines[names[edge["tail"]], names[edge["head"]], int(edge["class"])] = np.array([*points, tip])
    return lines


def count_crossings(lines: dict[tuple[str, str, int], Line]) -> int:
    """How many places there are where lines of different sources and targets cross."""
    keys = list(lines)
    boxes = [(*line.min(axis=0), *line.max(axis=0)) for line in lines.values()]
    places: dict[tuple[str, str], list[np.ndarray]] = {}
    for i, key in enumerate(keys):
        for j in range(i):
            other = keys[j]
            if len({key[0], key[1], other[0], other[1]}) < 4:
                continue
            a, b = boxes[i], boxes[j]
            if a[0] > b[2] or b[0] > a[2] or a[1] > b[3] or b[1] > a[3]:
                continue
            pair = min(key[0], other[0]), max(key[0], other[0])
            for point in _meetings(lines[key], lines[other]):
                seen = places.setdefault(pair, [])
                if all(np.hypot(*(point - place)) > SAME_PLACE for place in seen):
                    seen.append(point)
    return sum(map(len, places.values()))


def _meetings(a: Line, b: Line) -> list[np.ndarray]:
    p, r = a[:-1, None], (a[1:] - a[:-1])[:, None]
    q, s = b[None, :-1], (b[1:] - b[:-1])[None]

    def cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]

    across = cross(r, s)
    with np.errstate(all="ignore"):
        t, u = cross(q - p, s) / across, cross(q - p, r) / across
    hit = (across != 0) & (t > 0) & (t <= 1) & (u > 0) & (u <= 1)
    return [a[i] + t[i, j] * (a[i + 1] - a[i]) for i, j in zip(*np.nonzero(hit), strict=True)]


def read_table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    rows = []
    old = {} if "--write" in sys.argv[1:] else {row["graph"]: row for row in read_table()}
    columns = ("dot in order", "in order", "dot free", "here")
    print(f"{'graph':24}{'nodes':>6}{'edges':>6}" + "".join(f"{column:>14}" for column in columns))
    for name, make in CORPUS.items():
        G = make()
        counts = {}
        for in_order, theirs, own in ((True, *columns[:2]), (False, *columns[2:])):
            counts[theirs] = int(old[name][theirs]) if old else count_crossings(by_dot(G, in_order=in_order))
            counts[own] = count_crossings(ours(G, in_order=in_order))
        rows.append({"graph": name, "nodes": len(G), "edges": G.number_of_edges(), **counts})
        more = counts["in order"] > counts["dot in order"] or counts["here"] > counts["dot free"]
        numbers = "".join(f"{counts[column]:14}" for column in columns)
        print(f"{name:24}{len(G):6}{G.number_of_edges():6}{numbers}{'  more than dot' if more else ''}")
    print(f"{'all':36}" + "".join(f"{sum(row[column] for row in rows):14}" for column in columns))
    if not old:
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
