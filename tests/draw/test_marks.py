"""Where tags, hulls and scissors lie: beside what they belong to, and on nothing else."""

import linecache

import pytest

import minigrad as mg
from minigrad.draw import place
from minigrad.draw.marks import TAG_HEIGHT
from minigrad.draw.wrap import wrap
from minigrad.trace import play_document, record

CELLS = {
    "no_grad": "w = mg.tensor([1., 2.], requires_grad=True)\nwith mg.no_grad():\n    s = (w * w).sum().sqrt()\n"
    "z = (w / s).sum()\nz.backward()",
    "two hulls": "w = mg.tensor([1., 2.], requires_grad=True)\nwith mg.no_grad():\n    a = w * 2\n    b = w.exp()\n"
    "z = (w * a * b).sum()\nz.backward()",
    "interleaved": "w = mg.tensor([1., 2.], requires_grad=True)\nu = w * 2\nwith mg.no_grad():\n    a = u * 2\n"
    "    b = a.exp()\n    c = b * u\nz = (u * 3 + c + (u * 5).exp()).sum()\nz.backward()",
    "recorded": "x = mg.tensor(3., requires_grad=True)\ny = x ** 3\ng, = mg.autograd.grad(y, x, create_graph=True)\n"
    "z = g * g\nz.backward()",
    "tags": "w = mg.tensor([1., 2.], requires_grad=True)\ny = w * 2\ny += 1\ny.retain_grad()\n"
    "y.register_hook(lambda g: g * 2)\ny.grad_fn.register_prehook(lambda g: None)\nz = (y * y).sum()\nz.backward()",
    "detach": "x = mg.tensor([1., 2.], requires_grad=True)\nh = x * 2\nt = h.detach()\n"
    "z = ((h - t) * x).sum()\nz.backward()",
}  # fmt: skip


@pytest.fixture(params=CELLS)
def graph(request):
    source, filename = CELLS[request.param], f"<marks {request.param}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    names = {"mg": mg}
    with record(filename) as recording:
        exec(compile(source, filename, "exec"), names)
    return place(play_document(recording, names["z"]))["graph"]


def boxes_of(node):
    """The body of a node and its tags, as left, top, right, bottom."""
    x, y = node["x"], node["y"]
    wide, high = (node["rx"], node["ry"]) if "rx" in node else (node["w"] / 2, node["h"] / 2)
    yield x - wide, y - high, x + wide, y + high
    for tag in node["tags"]:
        yield tag["x"] - tag["w"] / 2, tag["y"] - TAG_HEIGHT / 2, tag["x"] + tag["w"] / 2, tag["y"] + TAG_HEIGHT / 2


def nodes(graph):
    return [*graph["variables"], *graph["operators"]]


def test_no_tag_lies_on_a_node_or_on_another_tag(graph):
    boxes = [box for node in nodes(graph) for box in boxes_of(node)]
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert min(right, other[2]) - max(left, other[0]) <= 0 or min(bottom, other[3]) - max(top, other[1]) <= 0


def test_everything_is_inside_the_page(graph):
    boxes = [box for node in nodes(graph) for box in boxes_of(node)]
    boxes += [(x, y, x + w, y + h) for hull in graph.get("hulls", ()) for x, y, w, h in hull["boxes"]]
    for left, top, right, bottom in boxes:
        assert min(left, top) >= 0
        assert right <= graph["width"]
        assert bottom <= graph["height"]


def test_a_hull_holds_its_members_and_nobody_else(graph):
    for hull in graph.get("hulls", ()):
        for node in nodes(graph):
            inside = any(x < node["x"] < x + w and y < node["y"] < y + h for x, y, w, h in hull["boxes"])
            assert inside == (node["id"] in hull["members"]), (hull["label"], node["name"])


def test_scissors_lie_on_the_way_back_of_an_edge_that_has_none(graph):
    targets = {node["id"]: node for node in nodes(graph)}
    for edge in graph["edges"]:
        assert ("scissors" in edge) == bool(edge["cut"])
        if edge["cut"]:
            assert not edge["gradient_path"]
            target = targets[edge["target"]]
            assert target["x"] - target["w"] / 2 - 40 < edge["scissors"]["x"] < target["x"] - target["w"] / 2


def test_hulls_and_scissors_go_on_in_the_strips_of_a_wrapped_picture():
    with record() as recording:
        h = w = mg.tensor([1.0, 2.0], requires_grad=True)
        for _ in range(3):
            h = (h * w).tanh()
        with mg.no_grad():
            scale = ((h * 2 + 1) ** 2).sum().sqrt()
        z = ((h / scale).exp() - h.detach()).sum()
        z.backward()
    document = place(play_document(recording, z))
    wrapped = wrap(document)
    assert wrapped is not document
    [before], [after] = document["graph"]["hulls"], wrapped["graph"]["hulls"]
    assert len(after["boxes"]) > len(before["boxes"])
    assert sum(w for _, _, w, _ in after["boxes"]) == pytest.approx(sum(w for _, _, w, _ in before["boxes"]), abs=1)
    nodes = {node["id"]: node for kind in ("variables", "operators") for node in wrapped["graph"][kind]}
    for name in after["members"]:
        x, y = nodes[name]["x"], nodes[name]["y"]
        assert any(left < x < left + w and top < y < top + h for left, top, w, h in after["boxes"]), name
    cut = [edge for edge in wrapped["graph"]["edges"] if edge.get("scissors")]
    assert [edge["cut"] for edge in cut] == ["no_grad", "detach"]
    for edge in cut:
        target = nodes[edge["target"]]
        assert 0 < target["x"] - target["w"] / 2 - edge["scissors"]["x"] < 40
        assert abs(target["y"] - edge["scissors"]["y"]) < 20
