"""A cell that fails: what is raised, what its traceback shows, and what is still there afterwards."""

import signal

import pytest

LEAF = "w = mg.tensor([2., 3.], requires_grad=True)"

INTERRUPT = "import functools, signal\ninterrupt = functools.partial(signal.raise_signal, signal.SIGINT)"


@pytest.fixture
def interruptible():
    """Let an interrupt be heard: what a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def shown_lines(printed):
    """The numbers of the lines that a traceback points at with an arrow."""
    return [int(line.split()[1]) for line in printed.split("\n") if line.startswith("----> ")]


def test_an_exception_fails_the_cell_and_the_graph_up_to_there_is_shown(notebook):
    ran = notebook(f"%%autograd\n{LEAF}\ny = w * w\n1 / 0\nz = y.sum()")
    assert not ran.success
    assert isinstance(ran.result.error_in_exec, ZeroDivisionError)
    assert [step["title"] for step in notebook.document["steps"]] == ["Mul"] or len(notebook.document["steps"]) == 1
    message = notebook.document["message"]
    assert (message["kind"], message["line"]) == ("error", 4)
    assert "ZeroDivisionError: division by zero" in message["text"]


def test_the_traceback_is_the_users_with_the_lines_that_are_seen(notebook):
    ran = notebook(f"%%autograd\n{LEAF}\ndef f(x):\n    return x / 0\ny = w * w\nf(1)")
    n = notebook.shell.execution_count - 1
    assert shown_lines(ran.printed) == [6, 4]
    assert f"Cell In[{n}], line 6" in ran.printed
    assert "----> 6 f(1)" in ran.printed
    for hidden in ("minigrad/", "run_cell_magic", "magics.py", "interactiveshell"):
        assert hidden not in ran.printed


def test_the_magic_line_is_shown_as_it_was_typed(notebook):
    assert "      1 %%autograd --at 3\n----> 2 1 / 0" in notebook("%%autograd --at 3\n1 / 0").printed


def test_minigrads_own_lines_below_the_users_are_hidden_unless_verbose(notebook):
    cell = f"%%autograd\n{LEAF}\nz = w * w\nz.backward()"
    ran = notebook(cell)
    assert shown_lines(ran.printed) == [4]
    assert "grad can be implicitly created only for scalar outputs" in ran.printed
    assert "minigrad/" not in ran.printed
    notebook("%xmode Verbose")
    assert "minigrad/autograd" in notebook(cell).printed


def test_a_hook_of_the_users_is_in_the_traceback(notebook):
    ran = notebook(
        f"%%autograd\n{LEAF}\ndef hook(grad):\n    return 1 / 0\nz = (w * w).sum()\nw.register_hook(hook)\nz.backward()"
    )
    assert shown_lines(ran.printed)[0] == 7
    assert shown_lines(ran.printed)[-1] == 4


def test_an_error_of_the_added_backward_points_at_the_added_line(notebook):
    ran = notebook(f"%%autograd --gradient mg.ones(3)\n{LEAF}\nz = w * w")
    assert not ran.success
    assert "Mismatch in shape" in ran.printed
    assert "----> 4 z.backward(mg.ones(3))  # added by %%autograd" in ran.printed


def test_an_error_in_the_gradients_expression_points_at_the_added_line(notebook):
    ran = notebook(f"%%autograd --gradient missing\n{LEAF}\nz = w * w")
    assert isinstance(ran.result.error_in_exec, NameError)
    assert "4 z.backward(missing)  # added by %%autograd" in ran.printed
    assert notebook.document["message"]["kind"] == "error"


def test_grad_mode_and_recorder_are_restored_after_a_failure(notebook):
    notebook(f"%%autograd\n{LEAF}\nmg.set_grad_enabled(False)\ny = w * w\n1 / 0")
    assert notebook("mg.is_grad_enabled()").value
    notebook("y = w * w")
    assert notebook["y"].requires_grad
    assert notebook("mg.autograd.grad_mode.local.state.recorder is None").value


def test_a_cell_that_succeeds_may_leave_grad_mode_off_as_any_cell_may(notebook):
    notebook(f"%%autograd\n{LEAF}\nz = (w * w).sum()\nmg.set_grad_enabled(False)")
    assert not notebook("mg.is_grad_enabled()").value
    notebook("mg.set_grad_enabled(True)")


def test_an_interrupt_shows_the_graph_up_to_there(notebook, interruptible):
    notebook(INTERRUPT)
    ran = notebook(f"%%autograd\n{LEAF}\ny = w * w\nwhile True:\n    interrupt()")
    assert not ran.success
    assert isinstance(ran.result.error_in_exec, KeyboardInterrupt)
    assert shown_lines(ran.printed) == [5]
    assert len(notebook.document["steps"]) == 1
    assert notebook.document["message"]["text"].startswith("KeyboardInterrupt")
    assert notebook("mg.autograd.grad_mode.local.state.recorder is None").value


def test_an_interrupt_in_the_middle_of_a_backward_pass_shows_the_steps_so_far(notebook, interruptible):
    notebook(INTERRUPT)
    ran = notebook(f"%%autograd\n{LEAF}\ny = w * w\ny.register_hook(lambda grad: interrupt())\nz = y.sum()")
    assert isinstance(ran.result.error_in_exec, KeyboardInterrupt)
    phases = [step["phase"] for step in notebook.document["steps"]]
    assert "backward" in phases
    assert notebook["w"].grad is None
    assert notebook("mg.is_grad_enabled()").value


def test_an_error_before_the_first_op_shows_its_traceback_alone(notebook):
    ran = notebook("%%autograd\n1 / 0\nz = w * w")
    assert not ran.success
    assert shown_lines(ran.printed) == [2]
    assert ran.outputs == []


def test_the_error_of_an_earlier_run_does_not_stay(notebook):
    notebook(f"flag = True\n{LEAF}")
    cell = "%%autograd\nz = (w * w).sum()\nif flag: raise ValueError('first')"
    assert not notebook(cell).success
    notebook("flag = False")
    assert notebook(cell).success
    assert notebook.document["message"] is None


def test_last_traceback_can_be_shown_again(notebook):
    notebook(f"%%autograd\n{LEAF}\ny = w * w\n1 / 0")
    again = notebook("%tb").printed
    assert shown_lines(again) == [4]
    assert "magics.py" not in again


@pytest.mark.parametrize(
    "code", ["y = = w", "def f(:\n    pass", "if True:\nx = 1", "z = (w * w", "return 3", "x = 'half", "a b"]
)
def test_a_syntax_error_looks_as_it_does_in_an_ordinary_cell(notebook, code):
    plain = notebook(f"{LEAF}\n{code}\n")
    ran = notebook(f"%%autograd\n{code}\n")
    error = ran.result.error_in_exec
    assert not ran.success
    assert type(error).__name__ == type(plain.result.error_before_exec or plain.result.error_in_exec).__name__

    def bare(printed):
        return [line for line in printed.split("\n") if not line.startswith("  Cell In[")]

    assert bare(ran.printed) == bare(plain.printed)
    assert f"Cell In[{notebook.shell.execution_count - 1}], line " in ran.printed
    assert [line for line in ran.printed.split("\n") if "line 2" in line or "line 3" in line]


@pytest.mark.parametrize(
    "code", ["await thing()", "y = await thing()", "async with thing() as t:\n    pass", "[x async for x in thing()]"]
)
def test_await_at_the_top_level_is_a_clear_syntax_error(notebook, code):
    ran = notebook(f"%%autograd\n{LEAF}\n{code}")
    assert type(ran.result.error_in_exec).__name__ == "SyntaxError"
    assert (
        "SyntaxError: await, async for and async with do not work at the top level of an %%autograd cell" in ran.printed
    )
    assert "line 3" in ran.printed
    assert "magics.py" not in ran.printed


def test_await_inside_a_coroutine_is_fine(notebook):
    assert notebook(f"%%autograd\nasync def f():\n    await g()\n{LEAF}\nz = (w * w).sum()").success


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--colour red", "unrecognized arguments: --colour red"),
        ("extra", "unrecognized arguments: extra"),
        ("--theme pink", "argument --theme: invalid choice: 'pink'"),
        ("--language tlh", "argument --language: invalid choice: 'tlh'"),
        ("--at first", "argument --at: invalid int value: 'first'"),
        ("--gradient", "argument --gradient: expected one argument"),
        ("--gradient )(", "--gradient )(: this is no expression (unmatched ')')"),
        ("--no-backward --gradient 1", "it does not go with --no-backward"),
    ],
)
def test_a_bad_option_is_one_usage_error_and_the_cell_does_not_run(notebook, options, message):
    ran = notebook(f"%%autograd {options}\nran = True")
    assert not ran.success
    assert ran.errors.startswith("UsageError: ")
    assert message in ran.errors
    assert ran.errors.count("\n") == 1
    assert ran.printed == ""
    assert "ran" not in notebook.shell.user_ns
