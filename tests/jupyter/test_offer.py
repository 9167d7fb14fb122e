"""At the moment of the error: which errors end with the offer to see them on the graph, and which do not."""

import pytest

from minigrad.jupyter.offer import OFFER, SHOWN

LEAF = "w = mg.tensor([2., 3.], requires_grad=True)"
AUTOGRAD = {
    "not scalar": "(w * w).backward()",
    "no grad_fn": "(w * w).detach().sum().backward()",
    "a second time": "z = (w * w).sum(); z.backward(); z.backward()",
    "changed in place": "y = w.exp(); y += 1; y.sum().backward()",
    "a leaf in place": "w += 1",
    "numpy": "w.numpy()",
    "not used": "mg.autograd.grad((w * w).sum(), mg.ones(1, requires_grad=True))",
    "retain": "mg.ones(1).retain_grad()",
    "a copy of what is no leaf": "import copy; copy.deepcopy(w * 2)",
    "an optimizer of what is no leaf": "mg.optim.SGD([w * 2], lr=0.1)",
    "a gradient of another shape": "w.grad = mg.ones(5)",
    "an expanded tensor in place": "y = mg.ones(1).expand(3); y += w[:1]",
    "a function that returns no scalar": "mg.func.grad(lambda x: x * 2)(w)",
    "a user's hook": "y = w * 2; y.register_hook(lambda g: 1 / 0); y.sum().backward()",
    "what was freed, by name": "y = w.exp(); y.sum().backward(); y.grad_fn._saved_result",
    "gradcheck": "mg.autograd.gradcheck(lambda x: x.detach() * 2, mg.ones(1, dtype=mg.float64, requires_grad=True))",
}
NO_OPS = {  # before the call that refuses: it stands alone on the graph
    "a strict jacobian": "mg.autograd.functional.jacobian(lambda x: mg.ones(2), mg.ones(2), strict=True)",
    "no inputs": "mg.autograd.grad(mg.ones(1), [])",
    "an edge of a constant": "mg.autograd.graph.get_gradient_edge(mg.ones(1))",
    "another size": "w.resize_(1)",
    "gradcheck of constants": "mg.autograd.gradcheck(lambda x: x, mg.ones(1))",
    "a constant's backward": "mg.ones(1).backward()",
}
NO_TENSORS = {  # so there is nothing to offer
    "integers": "mg.tensor([1], requires_grad=True)",
    "a Function that is called": "mg.autograd.Function()(3)",
    "no pass to call back from": "mg.autograd.Variable._execution_engine.queue_callback(print)",
    "hooks that are not wanted": "with mg.autograd.graph.disable_saved_tensors_hooks('no'):\n"
    "    with mg.autograd.graph.save_on_cpu(): pass",
}
OTHER = {
    "the user's own": "1 / 0",
    "a wrong shape": "mg.ones(2) + mg.ones(3)",
    "the user's sentence": "raise RuntimeError('this requires grad')",
    "a missing name": "w.nothing",
    "a usage error": "%%autograd --nonsense\n1",
    "syntax": "w +",
}


@pytest.mark.parametrize("code", (AUTOGRAD | NO_OPS).values(), ids=AUTOGRAD | NO_OPS)
def test_an_autograd_error_in_an_ordinary_cell_ends_with_the_offer(notebook, code):
    ran = notebook(f"{LEAF}\n{code}")
    assert not ran.success
    assert ran.printed.rstrip().endswith(OFFER)
    assert ran.printed.count(OFFER) == 1


@pytest.mark.parametrize("code", (OTHER | NO_TENSORS).values(), ids=OTHER | NO_TENSORS)
def test_any_other_error_does_not(notebook, code):
    ran = notebook(code if code.startswith("%%") else f"{LEAF}\n{code}")
    assert not ran.success
    assert "See it on the graph" not in ran.printed


@pytest.mark.parametrize("code", (AUTOGRAD | NO_OPS).values(), ids=AUTOGRAD | NO_OPS)
def test_a_recorded_cell_shows_it_and_offers_nothing(notebook, code):
    ran = notebook(f"%%autograd\n{LEAF}\n{code}")
    assert not ran.success
    assert OFFER not in ran.printed
    assert ran.outputs
    assert ran.printed.rstrip().endswith(SHOWN)
    assert notebook.players[-1].position == len(notebook.document["steps"])
    assert notebook.document["message"]["kind"] == "error"


@pytest.mark.parametrize(
    ("code", "culprit"),
    [
        ("y = w.exp()\ny += 1\ny.sum().backward()", "y += 1"),
        ("z = (w * w).sum()\nz.backward()\nz.backward()", "z.backward()"),
        ("y = (w * w).detach()\ny.sum().backward()", "(w * w).detach()"),
    ],
)
def test_done_as_the_offer_says_the_culprit_is_named(notebook, code, culprit):
    assert notebook(f"{LEAF}\n{code}").printed.rstrip().endswith(OFFER)
    notebook(f"%%autograd\n{LEAF}\n{code}")
    message = notebook.document["message"]
    assert culprit in message["text"] + str([place["text"] for place in message.get("places", [])])


@pytest.mark.parametrize("call", ["x.retain_grad()", "x.register_hook(print)", "x.grad = mg.ones(5)", "x * made"])
def test_what_is_asked_of_a_tensor_stands_at_the_end_of_its_graph(notebook, call):
    notebook("with mg.inference_mode():\n    made = mg.ones(2)")
    notebook(f"%%autograd\nx = mg.ones(2, requires_grad={call == 'x * made'})\n{call}")
    last = notebook.document["steps"][-1]
    assert "refused" in str(last)
    assert notebook.players[-1].position == len(notebook.document["steps"])


def test_last_traceback_has_it_once(notebook):
    notebook(f"{LEAF}\nw += 1")
    assert notebook("%tb").printed.count(OFFER) == 1


def test_unloaded_it_is_gone(notebook):
    notebook("%unload_ext minigrad")
    assert OFFER not in notebook(f"{LEAF}\nw += 1").printed
    notebook("%load_ext minigrad")
    assert OFFER in notebook(f"{LEAF}\nw += 1").printed


def test_another_extension_that_shows_tracebacks_its_own_way_stays(notebook):
    shell = notebook.shell
    notebook("%unload_ext minigrad")
    seen = []
    show = shell.showtraceback
    shell.showtraceback = lambda *args, **kwargs: (seen.append(1), show(*args, **kwargs))
    notebook("%load_ext minigrad")
    assert OFFER in notebook(f"{LEAF}\nw += 1").printed
    notebook("%unload_ext minigrad")
    notebook("w += 1")
    assert len(seen) == 2
    notebook("%load_ext minigrad")
