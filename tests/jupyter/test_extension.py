"""Loading and unloading, help, and completion of the options."""

import subprocess
import sys

import pytest
from IPython.core.completer import provisionalcompleter

NAMES = ["--help", "--no-backward", "--gradient", "--language", "--theme", "--at", "--static"]


def completions(shell, text):
    with provisionalcompleter():
        return [(found.start, found.text) for found in shell.Completer.completions(text, len(text))]


def test_unload_takes_away_all_that_load_added(shell):
    def state():
        manager = shell.magics_manager
        return (
            {kind: dict(magics) for kind, magics in manager.magics.items()},
            dict(manager.registry),
            {event: list(callbacks) for event, callbacks in shell.events.callbacks.items()},
            list(shell.Completer.custom_matchers),
            list(shell.configurables),
            set(shell.user_ns),
        )

    for command in ("load_ext", "unload_ext"):  # IPython imports these two magics when they are first used
        shell.run_line_magic(command, "minigrad")
    before = state()
    shell.run_line_magic("load_ext", "minigrad")
    assert state() != before
    shell.run_line_magic("unload_ext", "minigrad")
    assert state() == before


def test_it_can_be_loaded_again(shell):
    for command in ("load_ext", "unload_ext", "load_ext", "reload_ext", "unload_ext"):
        shell.run_line_magic(command, "minigrad")
    assert shell.find_cell_magic("autograd") is None


def test_unloading_leaves_another_magic_of_the_same_name(shell):
    shell.run_line_magic("load_ext", "minigrad")
    shell.register_magic_function(print, "cell", "autograd")
    shell.run_line_magic("unload_ext", "minigrad")
    assert shell.find_cell_magic("autograd") is print


def test_unloading_ends_what_autograd_on_began(notebook):
    notebook("%autograd on")
    notebook("%unload_ext minigrad")
    assert notebook("mg.tensor(2., requires_grad=True) * 3").outputs == []
    assert notebook.shell.find_line_magic("autograd") is None
    notebook("%load_ext minigrad")


def test_importing_minigrad_does_not_import_the_notebook_face():
    code = "import minigrad, sys; print('minigrad.jupyter' in sys.modules, callable(minigrad.load_ipython_extension))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False True\n"


@pytest.mark.parametrize("ask", ["--help", "-h", "--at 2 --help"])
def test_help_tells_every_option_and_runs_nothing(notebook, ask):
    ran = notebook(f"%%autograd {ask}\nran = True")
    assert ran.success
    assert "%%autograd [-h]" in ran.printed
    for name in NAMES:
        assert name in ran.printed
    assert "What the cell returns" in ran.printed
    assert "ran" not in notebook.shell.user_ns


def test_a_question_mark_shows_the_same_help(notebook):
    shown = notebook("%%autograd?").printed
    for name in NAMES:
        assert name in shown


def test_help_fits_the_page(notebook):
    lines = notebook("%%autograd --help\n0").printed.split("\n")
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%%autograd ", NAMES),
        ("%%autograd --", NAMES),
        ("%%autograd --no", ["--no-backward"]),
        ("%%autograd --static --th", ["--theme"]),
        ("%%autograd --static --", [name for name in NAMES if name != "--static"]),
        ("%%autograd --theme ", ["auto", "light", "dark"]),
        ("%%autograd --theme da", ["dark"]),
        ("%%autograd --theme=li", ["light"]),
        ("%%autograd --language ", ["en"]),
    ],
)
def test_options_and_their_values_are_completed(notebook, text, expected):
    found = completions(notebook.shell, text)
    assert sorted(word for _, word in found) == sorted(expected)
    assert {start for start, _ in found} == {max(text.rfind(" "), text.rfind("=")) + 1}


@pytest.mark.parametrize("text", ["%%autograd --gradient mg.on", "%%autograd --at\nmg.on", "%%autograd\nmg.on"])
def test_python_is_completed_as_ever(notebook, text):
    assert any(word.endswith("ones") for _, word in completions(notebook.shell, text))


@pytest.mark.parametrize("text", ["%%time --no", "%%autogradient --no", "x --no"])
def test_no_other_line_gets_these_options(notebook, text):
    assert "--no-backward" not in [word for _, word in completions(notebook.shell, text)]
