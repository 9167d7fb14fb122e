"""Recording: it copies, holds nothing, and lets go."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.grad_mode import local
from minigrad.trace import play_document, record, step_table
from minigrad.trace.events import EscapeEvent, HookEvent, NodeHookEvent, OpEvent


def leaf(*numbers):
    return mg.tensor(list(numbers), requires_grad=True)


def test_nobody_listens_outside_the_block():
    assert local.state.recorder is None
    with record() as recording:
        assert local.state.recorder is not None
        leaf(1.0) * 2
    assert local.state.recorder is None
    leaf(1.0) * 2
    assert sum(isinstance(event, OpEvent) for event in recording.events) == 1


def test_an_inner_recording_hands_back_to_the_outer_one():
    with record() as outer:
        leaf(1.0) * 2
        with record() as inner:
            leaf(1.0) + 2
        leaf(1.0) - 2
    ops = [[event.op.__qualname__ for event in r.events if isinstance(event, OpEvent)] for r in (outer, inner)]
    assert ops == [["Mul", "Sub"], ["Add"]]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_restores_the_recorder_and_is_noted(error):
    recording = None

    def body():
        nonlocal recording
        with record() as recording:
            leaf(1.0) * 2
            raise error("stop")

    with pytest.raises(error):
        body()
    assert local.state.recorder is None
    assert recording.error == f"{error.__name__}: stop"


def test_an_exception_that_cannot_be_printed_is_named():
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def body(holder):
        with record() as recording:
            holder.append(recording)
            raise Silent

    holder: list = []
    with pytest.raises(Silent):
        body(holder)
    assert holder[0].error == "Silent"


def test_the_same_object_can_record_twice():
    manager = record()
    with manager as first:
        leaf(1.0) * 2
    with manager as second:
        leaf(1.0) + 2
    assert first is not second
    assert [len(r.events) for r in (first, second)] == [1, 1]


def test_another_thread_is_not_recorded():
    with record() as recording:
        thread = threading.Thread(target=lambda: leaf(1.0) * 2)
        thread.start()
        thread.join()
    assert recording.events == []


def test_a_later_change_of_the_users_arrays_changes_no_recorded_number():
    x = leaf(1.0, 2.0)
    with record() as recording:
        y = x * 3
        z = y.sum()
        z.backward()
        x.detach().numpy()[:] = 77
        y.detach().numpy()[:] = 77
        x.grad.numpy()[:] = 77
    text = step_table(play_document(recording, z))
    assert "77" not in text


def test_a_write_through_numpy_is_seen_at_the_next_use():
    x = leaf(1.0, 2.0)
    with record() as recording:
        y = (x * 3).sum()
        x.detach().numpy()[:] = 5
        z = y + (x * 3).sum()
    assert "[5, 5] × 3 = [15, 15]" in step_table(play_document(recording, z))


def test_a_recording_keeps_no_tensor_and_no_node_alive():
    with record() as recording:
        x = leaf(1.0, 2.0)
        y = x.exp()
        z = y.sum()
        held = [weakref.ref(thing) for thing in (x, y, z, y.grad_fn, z.grad_fn)]
        del x, y, z
        gc.collect()
        assert [ref() for ref in held] == [None] * 5
    assert recording.events


def test_the_place_of_a_dead_tensor_is_not_taken_by_another():
    with record() as recording:
        total = leaf(0.0)
        for _ in range(50):
            total = total + leaf(1.0) * 2.0  # short-lived tensors take each other's addresses
    document = play_document(recording, total)
    assert sum(operator["name"] == "ADD" for operator in document["graph"]["operators"]) == 50
    assert sum(variable["leaf"] for variable in document["graph"]["variables"]) == 51


def test_no_code_of_the_users_runs():
    calls = []

    class Loud:
        def __getattribute__(self, name):
            calls.append(name)
            return object.__getattribute__(self, name)

        def __repr__(self):
            calls.append("repr")
            return ""

        def __eq__(self, other):
            calls.append("eq")
            return True

        __hash__ = object.__hash__

    class Keep(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x, loud):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return grad * 2, None

    loud = Loud()
    Keep.apply(leaf(1.0), loud).sum().backward()
    alone = list(calls)
    calls.clear()
    with record() as recording:
        y = Keep.apply(leaf(1.0), loud).sum()
        y.backward()
    step_table(play_document(recording, y))
    assert calls == alone


def test_what_leaves_the_graph_is_noted():
    x = leaf(2.0)
    with record() as recording:
        y = x * 2
        y.item()
        y.tolist()
        float(y)
        y.detach().numpy()
        bool(y > 0) if hasattr(type(y), "__gt__") else None
    how = [event.how for event in recording.events if isinstance(event, EscapeEvent)]
    assert how[:4] == ["item", "tolist", "float", "numpy"]


def test_explaining_changes_nothing_of_the_users():
    hooks = []
    x = leaf(1.0, 2.0)
    x.register_hook(lambda grad: hooks.append(grad.tolist()))
    with record() as recording:
        y = (x * x).sum()
        y.backward()
    before = x.tolist(), x.grad.tolist(), x._version, mg.is_grad_enabled()
    play_document(recording, y)
    play_document(recording, y)
    assert (x.tolist(), x.grad.tolist(), x._version, mg.is_grad_enabled()) == before
    assert hooks == [[2.0, 4.0]]


def test_explaining_inside_another_recording_is_not_recorded():
    with record() as recording:
        y = leaf(1.0, 2.0).sum()
        y.backward()
    with record() as outer:
        play_document(recording, y)
    assert outer.events == []


def test_a_block_in_a_script_shows_its_own_lines():
    x = leaf(1.0, 2.0)
    with record() as recording:
        y = x * 2
        z = y.sum()
    document = play_document(recording, z)
    assert [line["text"].strip() for line in document["source"]["lines"]] == ["y = x * 2", "z = y.sum()"]
    assert [variable["name"] for variable in document["graph"]["variables"]] == ["x", "y", "z"]


# --- In place ------------------------------------------------------------------------------------------------------

inplace = pytest.importorskip("minigrad.ops.inplace")


def test_a_tensor_that_is_changed_in_place_is_a_new_value_of_the_same_name(play):
    from minigrad.ops.arithmetic import Mul

    cell = play(
        "x = mg.tensor([1., 2.], requires_grad=True)\ny = x * 3\ntimes(y, x)\nz = y.sum()\nz.backward()",
        times=lambda a, b: inplace.in_place(Mul, a, b),
    )
    assert cell.names == ["x", "y", "y₂", "z"]
    assert cell.state()["x", "grad"]["value"]["numbers"] == [6, 12]
    assert cell.variable("y")["value"]["numbers"] == [3, 6]
    assert "in place" in cell.steps[1]["sentence"]


def test_writing_to_a_view_changes_its_base(play):
    from minigrad.ops.arithmetic import Mul

    cell = play(
        "x = mg.tensor([1., 2.], requires_grad=True)\ny = x * 3\nv = y.reshape(2, 1)\ntimes(v, 10)\n"
        "z = (y * v.sum()).sum()\nz.backward()",
        times=lambda a, b: inplace.in_place(Mul, a, b),
    )
    assert cell.names[:4] == ["x", "y", "y₂", "v"]
    assert "CopySlices" in cell.titles
    assert cell.state()["x", "grad"]["value"]["numbers"] == cell["x"].grad.tolist()


def test_a_write_to_a_part_shows_the_whole_before_and_after(play):
    cell = play(
        "x = mg.tensor([1., 2.], requires_grad=True)\ny = x * 3\nv = y[1:]\nv *= 5.\ny[0] = 7.\n"
        "z = y.sum()\nz.backward()"
    )
    assert cell.names == ["x", "y", "y₂", "7.", "y₃", "z"]
    assert "v *= 5.: [3, 6] , 5 → [3, 30]" in cell.table
    assert cell.state()["x", "grad"]["value"]["numbers"] == [0, 15]
    assert [step["rule"] for step in cell.steps if step["title"] == "CopySlices"] == [
        "the part that was written to, and the rest"
    ] * 2


def test_an_optimiser_s_step_makes_a_new_value_of_a_leaf(play):
    from minigrad.ops.arithmetic import Add

    cell = play(
        """\
w = mg.tensor([1., 2.], requires_grad=True)
for k in range(2):
    loss = (w * w).sum()
    loss.backward()
    with mg.no_grad():
        plus(w, w.grad * -0.25)
    w.grad = None
""",
        "loss",
        plus=lambda a, b: inplace.in_place(Add, a, b),
    )
    assert cell.variable("w₂")["leaf"]
    assert "w.grad" in cell.names
    assert cell.variable("w₂")["value"]["numbers"] == [0.5, 1.0]
    assert np.allclose(cell.state()["w₂", "grad"]["value"]["numbers"], [1, 2])


def test_the_in_place_error_names_both_places(run):
    from minigrad.ops.arithmetic import Add

    cell = run(
        "x = mg.tensor([1., 2.], requires_grad=True)\ny = x.exp()\nplus(y, 1)\nz = y.sum()\nz.backward()",
        plus=lambda a, b: inplace.in_place(Add, a, b),
    )
    text = str(cell.error)
    assert text.startswith("one of the variables needed for gradient computation has been modified")
    assert text.endswith("Here it was saved by `x.exp()`, line 2, and modified by `plus(y, 1)`, line 3.")
    assert cell.document["message"]["kind"] == "error"


def test_every_kind_of_hook_is_announced_with_where_it_ran_and_what_it_changed():
    x = leaf(1.0)
    with record() as recording:
        y = x * 2
        y.register_hook(lambda grad: grad * 3)
        y.retain_grad()
        y.grad_fn.register_prehook(lambda received: (received[0] + 1,))
        y.grad_fn.register_hook(lambda sent, received: None)
        x.register_post_accumulate_grad_hook(lambda tensor: None)
        y.sum().backward()
    heard = [event for event in recording.events if isinstance(event, (HookEvent, NodeHookEvent))]
    assert [event.kind for event in heard] == ["tensor", "retain", "prehook", "posthook", "post_accumulate"]
    hook, retain, pre, post, accumulated = heard
    assert (hook.target, hook.output_nr, hook.before, hook.after) == (recording.number_of(y), 0, [1], [3])
    assert (retain.target, retain.hook, retain.before, retain.after) == (recording.number_of(y), "", None, [3])
    assert (pre.hook, pre.before, pre.after) == ("<lambda>", ([3],), ([4],))
    assert (post.before, post.after) == (([8], None), None)
    assert (accumulated.target, accumulated.after) == (recording.number_of(x), [8])
    assert recording.events[pre.op].op.__qualname__ == "Mul"


def test_a_hook_on_the_second_of_two_outputs_is_announced_there():
    x = leaf(1.0, 2.0)
    with record() as recording:
        a, b = x.unbind()
        b.register_hook(lambda grad: None)
        (a * b).backward()
    (event,) = [event for event in recording.events if isinstance(event, HookEvent)]
    assert (event.target, event.output_nr) == (recording.number_of(b), 1)


def test_a_second_backward_names_the_call_that_freed_what_the_node_saved():
    x = leaf(1.0, 2.0)
    with record():
        y = x * x
        y.sum().backward()
        with pytest.raises(RuntimeError, match=r"MulBackward0 had .*It was freed by `y\.sum\(\)\.backward\(\)`, line"):
            y.sum().backward()
