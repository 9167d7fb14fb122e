"""A layered layout: who stands where, in which order, and what the edges pass."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import combinations, pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from minigrad.draw import layered_layout
from minigrad.draw.heights import isotonic
from minigrad.draw.layers import Box, Layers
from minigrad.draw.layout import _read_edges, arrange, crossings, path_commands
from minigrad.draw.order import BEFORE_ONE_OP, CROSSING, OUT_OF_ORDER, _Order, order_ranks
from minigrad.draw.ranks import rank_nodes

SIZE = (60.0, 54.0)


def random_dag(seed: int, nodes: int = 24, arguments: int = 2) -> nx.MultiDiGraph:
    """Each node takes its arguments from the ones before it, mostly from near ones; some arguments are equal."""
    rng = random.Random(seed)
    G = nx.MultiDiGraph()
    G.add_nodes_from(range(nodes))
    for node in range(3, nodes):
        for slot in range(rng.randint(0, arguments)):
            source = max(0, node - 1 - int(rng.expovariate(0.3)))
            G.add_edge(source, node, key=slot, slot=slot)
    return G


def random_boxes(G: nx.DiGraph, seed: int) -> dict[object, Box]:
    rng = random.Random(seed)
    return {
        node: Box(*(rng.uniform(20, 90) for _ in range(4)), half_width=20, half_height=20, round=rng.random() < 0.5)
        for node in G
    }


def formula() -> nx.MultiDiGraph:
    """z = (w * x + b).sum(), as the player has it."""
    G = nx.MultiDiGraph()
    for source, target, slot in [
        ("w", "mul", 0), ("x", "mul", 1), ("mul", "y", 0), ("y", "add", 0),
        ("b", "add", 1), ("add", "s", 0), ("s", "sum", 0), ("sum", "z", 0),
    ]:  # fmt: skip
        G.add_edge(source, target, key=slot, slot=slot)
    return G


def way(commands: list[list], pieces: int = 32) -> list[tuple[float, float]]:
    """Points along a path, close to each other."""
    points: list[tuple[float, float]] = []
    x, y = 0.0, 0.0
    for command, *values in commands:
        if command == "C":
            x1, y1, x2, y2, x3, y3 = values
            for t in (k / pieces for k in range(pieces + 1)):
                a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                points.append((a * x + b * x1 + c * x2 + d * x3, a * y + b * y1 + c * y2 + d * y3))
        elif command == "L":
            points += [(x + (values[0] - x) * k / 16, y + (values[1] - y) * k / 16) for k in range(17)]
        x, y = values[-2:]
    return points


# -- ranks --


@pytest.mark.parametrize("seed", range(40))
def test_every_edge_points_to_the_right(seed):
    G = random_dag(seed)
    positions = layered_layout(G)
    assert all(positions[u][0] < positions[v][0] for u, v in G.edges())


def test_an_operand_stands_beside_the_others_of_its_operator():
    positions = layered_layout(formula())
    assert positions["b"][0] == positions["y"][0]
    assert positions["w"][0] == positions["x"][0] < positions["mul"][0] < positions["y"][0]


def test_a_leaf_that_is_used_twice_stands_before_its_first_use():
    G = nx.DiGraph([("x", "a"), ("a", "b"), ("b", "c"), ("x", "c"), ("late", "c")])
    positions = layered_layout(G)
    assert positions["x"][0] < positions["a"][0]
    assert positions["late"][0] == positions["b"][0]


def test_a_result_that_nobody_uses_stays_beside_what_made_it():
    G = nx.path_graph(8, create_using=nx.DiGraph)
    G.add_edge(1, "unused")
    positions = layered_layout(G)
    assert positions["unused"][0] == positions[2][0]


def test_a_branch_that_nobody_uses_stays_beside_what_made_it():
    G = nx.path_graph(9, create_using=nx.DiGraph)
    G.add_edges_from([(1, "a"), ("a", "b"), ("b", "c"), ("b", "d"), ("a", "e")])
    positions = layered_layout(G)
    assert [positions[node][0] for node in "abc"] == [positions[node][0] for node in (2, 3, 4)]


def test_a_node_with_two_arguments_stands_beside_them_if_its_use_is_far():
    G = nx.path_graph(10, create_using=nx.DiGraph)
    G.add_edges_from([(1, "m"), (2, "m"), ("m", 9)])
    positions = layered_layout(G)
    assert positions["m"][0] == positions[3][0]  # one long edge, not two


def test_a_result_stands_beside_its_operator_even_if_its_use_is_far():
    G = nx.path_graph(12, create_using=nx.DiGraph)
    G.add_edges_from([(1, "op"), (2, "op"), ("op", "result"), ("result", 11)])
    positions = layered_layout(G)
    assert positions["op"][0] == positions[3][0]
    assert positions["result"][0] == positions[4][0]


# -- boxes and edges --


@pytest.mark.parametrize("seed", range(40))
def test_no_box_overlaps_another(seed):
    G = random_dag(seed, nodes=30, arguments=3)
    boxes = random_boxes(G, seed)
    positions = arrange(G, boxes=boxes).positions
    rooms = []
    for node, (x, y) in positions.items():
        box = boxes[node]
        rooms.append((x - box.left, y - box.up, x + box.right, y + box.down))
    for a, b in combinations(rooms, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize("seed", range(40))
def test_no_edge_runs_through_the_box_of_another_node(seed):
    G = random_dag(seed, nodes=30, arguments=3)
    boxes = random_boxes(G, seed)
    layout = arrange(G, boxes=boxes)
    for (source, target, _), route in layout.routes.items():
        for node, (x, y) in layout.positions.items():
            box = boxes[node]
            if node in (source, target):
                continue
            inside = [
                (px, py)
                for px, py in way(path_commands(route))
                if x - box.left < px < x + box.right and y - box.up < py < y + box.down
            ]
            assert not inside


@pytest.mark.parametrize("seed", range(20))
def test_a_route_begins_and_ends_at_its_nodes_bodies_and_never_turns_back(seed):
    G = random_dag(seed)
    boxes = random_boxes(G, seed)
    layout = arrange(G, boxes=boxes)
    for (source, target, _), route in layout.routes.items():
        (x0, y0), (x1, y1) = route[0], route[-1]
        (sx, sy), (tx, ty) = layout.positions[source], layout.positions[target]
        assert sx < x0 <= sx + boxes[source].half_width + 4
        assert abs(y0 - sy) < boxes[source].half_height
        assert tx - boxes[target].half_width - 4 <= x1 < tx
        assert abs(y1 - ty) < boxes[target].half_height
        assert all(a[0] <= b[0] for a, b in pairwise(route))


def test_a_long_edge_goes_around_what_stands_between():
    G = nx.path_graph(7, create_using=nx.DiGraph)
    G.add_edge(0, 6)
    layout = arrange(G, boxes={node: Box.of(*SIZE) for node in G})
    (height,) = {y for _, y in layout.routes[0, 6, 0][2:-2]}  # one straight line past all of them
    assert all(abs(layout.positions[node][1] - height) > SIZE[1] / 2 for node in range(1, 6))


def test_all_long_edges_of_a_node_share_one_way():
    G = nx.path_graph(12, create_using=nx.DiGraph)
    G.add_edges_from(("w", node) for node in range(2, 12, 2))
    layout = arrange(G, boxes={node: Box.of(*SIZE) for node in G})
    starts = {
        (route[0], route[1][1]) for (source, target, _), route in layout.routes.items() if source == "w" and target > 2
    }
    assert len(starts) == 1  # the same point, and the same height from there


# -- order --


@pytest.mark.parametrize(
    "G",
    [
        nx.path_graph(30, create_using=nx.DiGraph),
        nx.balanced_tree(3, 4, create_using=nx.DiGraph).reverse(),
        nx.balanced_tree(2, 6, create_using=nx.DiGraph),
        nx.DiGraph([(0, i) for i in range(1, 6)] + [(i, 6) for i in range(1, 6)]),  # a diamond
        nx.DiGraph([(("a", i), ("a", i + 1)) for i in range(9)] + [(("b", i), ("b", i + 1)) for i in range(9)]
                   + [(("a", i), ("b", i + 1)) for i in range(0, 9, 2)]),  # a ladder
        nx.DiGraph([(f"x{i}", f"{op}{i}") for i in range(8) for op in "ps"]
                   + [(f"{op}{i}", f"m{i}") for i in range(8) for op in "ps"]
                   + [(f"m{i}", "sum") for i in range(8)]),
    ],
    ids=["chain", "tree to its root", "tree from its root", "diamond", "ladder", "sum of x p(x) s(x)"],
)  # fmt: skip
def test_a_planar_graph_is_drawn_without_crossings(G):
    assert crossings(G, layered_layout(G)) == 0


@pytest.mark.parametrize("seed", range(10))
def test_shuffled_edges_of_a_planar_graph_are_untangled(seed):
    tree = nx.random_labeled_rooted_tree(40, seed=seed)
    root = tree.graph["root"]
    edges = [(child, parent) for parent, child in nx.bfs_edges(tree, root)]
    random.Random(seed).shuffle(edges)
    G = nx.DiGraph(edges)
    assert crossings(G, layered_layout(G)) == 0


def planar_strip(seed: int, ranks: int = 6, width: int = 6) -> nx.DiGraph:
    """Ranks of nodes; the edges between two of them go down like stairs. Nodes and edges come shuffled."""
    rng = random.Random(seed)
    edges = []
    for rank in range(ranks - 1):
        i = j = 0
        edges.append(((rank, 0), (rank + 1, 0)))
        while i < width - 1 or j < width - 1:
            if j == width - 1 or (i < width - 1 and rng.random() < 0.5):
                i += 1
            else:
                j += 1
            edges.append(((rank, i), (rank + 1, j)))
    rng.shuffle(edges)
    G = nx.DiGraph()
    G.add_nodes_from(rng.sample([(rank, i) for rank in range(ranks) for i in range(width)], ranks * width))
    G.add_edges_from(edges)
    return G


@pytest.mark.parametrize("seed", range(12))
def test_a_planar_graph_that_is_no_tree_is_untangled(seed):
    G = planar_strip(seed)
    assert crossings(G, layered_layout(G)) == 0


def layers_of(G, loose=()):
    return Layers.cut(list(G), [Box.of(*SIZE)] * len(G), *_read_edges(G, list(G), "slot", loose))


def connected(G):
    return G.subgraph(max(nx.weakly_connected_components(G), key=len)).copy()


def test_sweeps_and_swaps_and_pulls_remove_a_good_part_of_the_crossings():
    graphs = [connected(nx.DiGraph(random_dag(seed, nodes=60))) for seed in range(8)]
    as_written = [_Order(layers_of(G)).least for G in graphs]
    left = [order_ranks(layers_of(G)) for G in graphs]
    assert sum(left) < 0.7 * sum(as_written)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_left_to_pay_is_what_the_order_costs(seed):
    layers = layers_of(connected(random_dag(seed, nodes=50)))
    left = order_ranks(layers)
    order = _Order(layers)
    order.ranks = layers.ranks
    order._number_places(range(len(layers.ranks)))
    assert sum(order._costs()) == left


@pytest.mark.parametrize(("size", "fewest"), [(2, 1), (3, 9), (4, 36), (5, 100)])
def test_complete_bipartite_graphs_have_the_known_number_of_crossings(size, fewest):
    G = nx.DiGraph([(("a", i), ("b", j)) for i in range(size) for j in range(size)])
    assert crossings(G, layered_layout(G)) == fewest


def test_arguments_come_from_the_top_down_whatever_the_order_of_the_edges():
    G = nx.MultiDiGraph()
    for slot in (2, 0, 1):
        G.add_edge(f"argument {slot}", "op", key=slot, slot=slot)
    layout = arrange(G, boxes={node: Box.of(*SIZE) for node in G})
    ports = [layout.routes[f"argument {slot}", "op", slot][-1][1] for slot in range(3)]
    assert ports == sorted(ports)
    assert len(set(ports)) == 3
    heights = [layout.positions[f"argument {slot}"][1] for slot in range(3)]
    assert heights == sorted(heights)


def test_ports_keep_the_order_of_the_arguments_even_where_that_crosses():
    G = nx.MultiDiGraph()
    for source, target, slot in [
        ("a", "f", 0),
        ("b", "f", 1),
        ("b", "g", 0),
        ("a", "g", 1),
        ("f", "r", 0),
        ("g", "r", 1),
    ]:
        G.add_edge(source, target, key=slot, slot=slot)
    layout = arrange(G, boxes={node: Box.of(*SIZE) for node in G})
    assert layout.routes["a", "f", 0][-1][1] < layout.routes["b", "f", 1][-1][1]
    assert layout.routes["b", "g", 0][-1][1] < layout.routes["a", "g", 1][-1][1]


def two_of_two() -> nx.MultiDiGraph:
    """f(a, b) and g(b, a)."""
    G = nx.MultiDiGraph()
    for source, target, slot in [("a", "f", 0), ("b", "f", 1), ("b", "g", 0), ("a", "g", 1)]:
        G.add_edge(source, target, key=slot, slot=slot)
    return G


def arrivals(routes, target):
    """Where the edges into a node come from, from top to bottom."""
    ends = sorted((route[-1][1], source) for (source, end, _), route in routes.items() if end == target)
    return "".join(source for _, source in ends)


def test_an_op_that_does_not_mind_has_its_arguments_in_the_order_in_which_they_stand():
    G = two_of_two()
    boxes = {node: Box.of(*SIZE) for node in G}
    routes = arrange(G, boxes=boxes, loose=["g"]).routes
    assert (arrivals(routes, "f"), arrivals(routes, "g")) == ("ab", "ab")
    routes = arrange(G, boxes=boxes, loose=["f"]).routes
    assert (arrivals(routes, "f"), arrivals(routes, "g")) == ("ba", "ba")


@pytest.mark.parametrize("seed", range(12))
def test_arguments_stay_in_order_where_that_crosses_nothing(seed):
    G = nx.MultiDiGraph()
    tree = nx.random_labeled_rooted_tree(30, seed=seed)
    for slot, (parent, child) in enumerate(nx.bfs_edges(tree, tree.graph["root"])):
        G.add_edge(child, parent, key=0, slot=slot)
    boxes = {node: Box.of(*SIZE) for node in G}
    assert arrange(G, boxes=boxes, loose=list(G)) == arrange(G, boxes=boxes)


def test_edges_cross_right_before_an_op_that_both_run_into_rather_than_on_their_way():
    G = nx.MultiDiGraph()
    for op, own in ("fp", "gq"):
        for slot, source in enumerate(["a", "b", own]):
            G.add_edge(source, op, key=slot, slot=slot)
    # a to g crosses b to f; and p, the last argument of f, crosses either their edges to g or those to f
    assert order_ranks(layers_of(G)) == CROSSING + 2 * BEFORE_ONE_OP
    positions = arrange(G, boxes={node: Box.of(*SIZE) for node in G}).positions
    assert sorted("abpq", key=lambda node: positions[node][1]) == ["p", "a", "b", "q"]
    assert order_ranks(layers_of(G, loose=["f"])) == CROSSING + 2 * OUT_OF_ORDER


@pytest.mark.parametrize("seed", range(20))
def test_no_single_cut_shortens_the_shortest_ranks(seed):
    G = connected(random_dag(seed, nodes=12))
    number = {node: i for i, node in enumerate(G)}
    ends = [(number[u], number[v]) for u, v in G.edges()]

    def length(rank):
        return sum(rank[target] - rank[source] for source, target in ends)

    usual, shortest = (rank_nodes(len(G), ends, shortest=short) for short in (False, True))
    assert all(shortest[source] < shortest[target] for source, target in ends)
    assert length(shortest) <= length(usual)
    for size in range(1, len(G)):
        for moved in combinations(range(len(G)), size):
            shifted = [rank + (node in moved) for node, rank in enumerate(shortest)]
            if all(shifted[source] < shifted[target] for source, target in ends):
                assert length(shifted) >= length(shortest)


def test_parallel_edges_run_side_by_side():
    G = nx.MultiDiGraph()
    for slot in range(2):
        G.add_edge("a", "add", key=slot, slot=slot)
    routes = arrange(G, boxes={node: Box.of(*SIZE) for node in G}).routes
    upper, lower = routes["a", "add", 0], routes["a", "add", 1]
    assert len({y for _, y in upper}) == len({y for _, y in lower}) == 1
    assert lower[0][1] - upper[0][1] == lower[-1][1] - upper[-1][1] == 18


def test_the_main_line_of_a_formula_is_straight_and_leaves_gather_around_it():
    positions = arrange(formula(), boxes={node: Box.of(*SIZE) for node in formula()}).positions
    line = {positions[node][1] for node in ("mul", "y", "add", "s", "sum", "z")}
    assert len(line) == 1
    assert positions["w"][1] + positions["x"][1] == 2 * line.pop()
    assert positions["w"][1] < positions["x"][1]
    assert positions["b"][1] > positions["y"][1]


# -- the public function --


def test_disconnected_parts_are_stacked():
    G = nx.DiGraph([("a", "b"), ("c", "d"), ("b", "e")])
    G.add_node("alone")
    positions = layered_layout(G)
    assert positions["a"][1] == positions["b"][1] > positions["c"][1] == positions["d"][1] > positions["alone"][1]
    assert positions["a"][1] - positions["c"][1] >= SIZE[1]


def test_sizes_may_be_one_a_mapping_or_a_function():
    G = nx.DiGraph([("a", "b")])
    one = layered_layout(G, size=(100, 20))
    assert one == layered_layout(G, size={"a": (100, 20), "b": (100, 20)})
    assert one == layered_layout(G, size=lambda node: (100, 20))
    assert layered_layout(G, size=(200, 20))["b"][0] > one["b"][0]


def test_nothing_and_almost_nothing_can_be_laid_out():
    assert layered_layout(nx.DiGraph()) == {}
    G = nx.MultiDiGraph()
    G.add_node("x")
    assert list(layered_layout(G)) == ["x"]


def test_networkx_draws_on_the_positions():
    axes = Figure().subplots()
    G = formula()
    nx.draw_networkx_nodes(G, layered_layout(G), ax=axes)
    nx.draw_networkx_labels(G, layered_layout(G), ax=axes)
    tops = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert tops["w"] > tops["x"]  # y grows upwards: the first argument is on top


def test_positions_come_in_the_order_of_the_graph():
    G = random_dag(3)
    assert list(layered_layout(G)) == list(G)


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([("a", "b"), ("b", "c"), ("c", "a")], r"cycles; this one has 'a' -> 'b' -> 'c' -> 'a'"),
        ([("a", "b"), ("b", "b")], "'b' has an edge to itself"),
        ([(i, (i + 1) % 500) for i in range(500)], r"0 -> 1 -> 2 .* \.\.\. -> 0"),
    ],
    ids=["cycle", "self loop", "long cycle"],
)
def test_a_cycle_is_refused_by_name(edges, message):
    with pytest.raises(ValueError, match=message):
        layered_layout(nx.MultiDiGraph(edges))


def test_an_undirected_graph_is_refused():
    with pytest.raises(ValueError, match="undirected"):
        layered_layout(nx.Graph([("a", "b")]))


def test_a_chain_deeper_than_pythons_stack_is_laid_out():
    G = nx.path_graph(10_000, create_using=nx.DiGraph)
    positions = layered_layout(G)
    assert len({y for _, y in positions.values()}) == 1
    assert all(positions[k][0] < positions[k + 1][0] for k in range(9_999))


def test_the_layout_is_the_same_to_the_byte_in_every_process():
    program = (
        "import networkx as nx, random\n"
        "from minigrad.draw import layered_layout\n"
        "rng = random.Random(1)\n"
        "G = nx.DiGraph((f'n{rng.randrange(k)}', f'n{k}') for k in range(1, 60) for _ in range(2))\n"
        "print(layered_layout(G))\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


# -- isotonic regression --

numbers = st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 9)), min_size=1, max_size=12)


@given(numbers)
def test_isotonic_regression_is_the_min_max_formula(pairs):
    targets, weights = [float(t) for t, _ in pairs], [float(w) for _, w in pairs]
    found = isotonic(targets, weights)

    def mean(start, end):
        total = sum(weights[start:end])
        return sum(t * w for t, w in zip(targets[start:end], weights[start:end], strict=True)) / total

    count = len(targets)
    expected = [max(min(mean(a, b + 1) for b in range(i, count)) for a in range(i + 1)) for i in range(count)]
    assert found == pytest.approx(expected)


@given(numbers)
def test_isotonic_regression_leaves_sorted_numbers_alone(pairs):
    targets = sorted(float(t) for t, _ in pairs)
    assert isotonic(targets, [w for _, w in pairs]) == targets


# -- paths --


@given(st.floats(-600, 600))
def test_two_lanes_stay_apart_all_along_a_curve(drop):
    width = 34 + 0.16 * max(0, abs(drop) - 40)  # as the columns leave it
    route = [(0.0, 0.0), (50.0, 0.0), (50.0 + width, round(drop, 1)), (90.0 + width, round(drop, 1))]
    commands = path_commands(route, -3.25), path_commands(route, 3.25)
    upper, lower = way(commands[0], 200), way(commands[1], 200)
    gaps = [min(((x - u) ** 2 + (y - v) ** 2) ** 0.5 for u, v in lower) for x, y in upper[16:-16]]
    assert min(gaps) > 3.5
    assert max(gaps) < 9.5


def test_a_level_route_is_one_straight_line():
    assert path_commands([(0.0, 5.0), (40.0, 5.0)], 3.0) == [["M", 0.0, 8.0], ["L", 40.0, 8.0]]
