"""Seeing a graph outside of %%autograd: %autograd z, %autograd on, mg.play, mg.draw and mg.record."""

import inspect
import json
import pydoc
import subprocess
import sys

import matplotlib.figure
import pytest

import minigrad as mg
from minigrad.jupyter import Player
from minigrad.trace import from_json, step_table

CELL = "w = mg.tensor([2., 3.], requires_grad=True)\nz = (w * w).sum()"


def titles(player):
    return [step["title"] for step in player.document["steps"]]


# --- %autograd -----------------------------------------------------------------------------------------------------


def test_a_tensor_that_exists_is_played_and_nothing_changes(notebook):
    notebook(CELL + "\nseen = []\nw.register_hook(seen.append)\nz.retain_grad()")
    ran = notebook("%autograd z")
    assert ran.table.splitlines()[0] == "minigrad: z · z.backward()"
    assert ran.table.endswith("None += [4, 6] = [4, 6]")
    assert notebook["w"].grad is None
    assert notebook["seen"] == []
    notebook["z"].backward()
    assert notebook["w"].grad.tolist() == [4, 6]
    assert len(notebook["seen"]) == 1


def test_a_gradient_that_is_there_stays_as_it_is(notebook):
    notebook(CELL + "\nz.backward(retain_graph=True)\nkept = w.grad")
    assert "[4, 6] += [4, 6] = [8, 12]" in notebook("%autograd z").table
    assert notebook["w"].grad is notebook["kept"]
    assert notebook["kept"].tolist() == [4, 6]


def test_of_a_graph_that_has_run_it_is_said_why_it_cannot_run_again(notebook):
    notebook(CELL + "\nz.backward()")
    table = notebook("%autograd z").table
    assert "Trying to backward through the graph a second time" in table
    assert "SUM" in table


@pytest.mark.parametrize(("asked", "said"), [("", "plays the tensor z"), ("3", "this is a int")])
def test_what_cannot_be_played_is_said_in_one_line(notebook, asked, said):
    ran = notebook(f"%autograd {asked}")
    assert ran.outputs == []
    assert said in ran.printed + ran.errors


def test_on_plays_each_cell_that_ends_on_a_tensor_and_no_other(notebook):
    notebook("%autograd on")
    assert "w.grad" in notebook(CELL).table
    assert notebook["w"].grad is None
    assert notebook("print(1)").outputs == []
    assert notebook("w * 2\nw.grad is None").outputs == []
    assert notebook("n = 3").outputs == []
    assert "z.backward()" in notebook("z.backward()").table
    assert notebook["w"].grad.tolist() == [4, 6]
    notebook("%autograd off")
    assert notebook(CELL).outputs == []


def test_a_cell_under_on_is_the_cell_that_the_user_wrote(notebook):
    notebook("%autograd on")
    assert notebook("1 + 1").value == 2
    assert notebook("'a';").value is None
    ran = notebook("x = 1\n1 / 0")
    assert isinstance(ran.result.error_in_exec, ZeroDivisionError)
    assert "line 2" in ran.printed
    assert "line 1" in notebook("w = mg.tensor(2., requires_grad=True) * 3").table
    notebook("%autograd off")


def test_two_cells_of_one_text_keep_a_player_each_where_the_kernel_knows_no_ids(notebook):
    notebook("%%autograd\n" + CELL)
    notebook("%%autograd\n" + CELL)
    assert len(notebook.players) == 2


def test_an_op_in_a_function_of_another_cell_says_which_cell(notebook):
    notebook("def double(x):\n    return x * 2")
    n = notebook.shell.execution_count - 1
    ran = notebook("%%autograd\nz = double(mg.tensor(2., requires_grad=True))")
    assert f"MUL In[{n}]:2" in ran.table


def test_a_backward_from_another_cell_is_quoted(notebook):
    notebook("""
        class Cube(mg.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x ** 3
            @staticmethod
            def backward(ctx, grad):
                (x,) = ctx.saved_tensors
                return grad * 3 * x ** 2
        """)
    n = notebook.shell.execution_count - 1
    notebook("%%autograd\nx = mg.tensor(2., requires_grad=True)\nz = Cube.apply(x)")
    step = next(step for step in notebook.document["steps"] if step["title"] == "CubeBackward")
    assert step["aside"]["title"] == f"Cube.backward, In[{n}]"
    assert step["aside"]["lines"][-1] == {"number": 9, "text": "    return grad * 3 * x ** 2"}
    assert step["rows"][0]["terms"][-1]["code"] == "grad * 3 * x ** 2"


# --- mg.play, mg.draw, mg.record -----------------------------------------------------------------------------------


def make():
    w = mg.tensor([2.0, 3.0], requires_grad=True)
    return w, (w.exp() * w).sum()


def test_play_returns_a_player_that_stands_where_it_is_told():
    w, z = make()
    player = mg.play(z, at=-1, theme="dark")
    assert isinstance(player, Player)
    assert (player.position, player.theme) == (len(player.document["steps"]), "dark")
    assert titles(player)[-1] == "w.grad"
    assert w.grad is None
    player.close()


def test_play_of_more_than_one_number_wants_a_gradient():
    w = mg.tensor([2.0, 3.0], requires_grad=True)
    y = w * w
    player = mg.play(y)
    assert "gradient=mg.ones(2)" in player.document["message"]["text"]
    assert titles(player) == ["MUL"]
    player.close()
    player = mg.play(y, mg.tensor([1.0, 10.0]))
    assert "[4, 60]" in step_table(player.document)
    player.close()


def test_play_of_no_tensor_says_what_to_play():
    with pytest.raises(TypeError, match="this is a float: give what you computed from tensors"):
        mg.play(3.0)


def test_a_user_s_function_is_played_with_its_state_kept():
    class Twice(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.factor = 2
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return grad * ctx.factor

    x = mg.tensor(3.0, requires_grad=True)
    z = Twice.apply(x) * x
    player = mg.play(z)
    assert "x.grad" in titles(player)
    player.close()
    z.backward()
    assert x.grad.item() == 12


def test_an_operand_that_needs_no_gradient_has_its_name_where_the_op_has_kept_it():
    w, x = mg.tensor([1.0, 2.0], requires_grad=True), mg.tensor([5.0, 7.0])
    named, numbered = mg.play(w * x).document["graph"], mg.play(w * 3.0).document["graph"]
    assert {variable["name"] for variable in named["variables"]} == {"w", "x", "w·x"}
    assert [edge["chip"]["text"] for edge in named["edges"] if edge["chip"]] == ["× x"]
    assert [edge["chip"]["text"] for edge in numbered["edges"] if edge["chip"]] == ["× …"]  # a number is no variable


def test_draw_makes_a_figure_or_draws_where_it_is_told():
    _, z = make()
    assert isinstance(mg.draw(z), matplotlib.figure.Figure)
    figure = matplotlib.figure.Figure()
    axes = figure.add_subplot()
    assert mg.draw(z, ax=axes) is figure
    assert len(axes.patches) > 10


def test_draw_and_play_say_how_they_are_called():
    assert list(inspect.signature(mg.draw).parameters) == ["tensor", "gradient", "ax", "at", "theme"]
    assert "mg.draw(z" in pydoc.render_doc(mg.draw, renderer=pydoc.plaintext)
    for call in (type(mg.draw).__call__, mg.play):
        told = inspect.getdoc(call)
        assert all(f"{section}\n---" in told for section in ("Parameters", "Returns", "Examples"))


def test_a_drawing_is_shown_as_the_value_of_a_cell(notebook):
    drawn = notebook(f"{CELL}\nmg.draw(z)").value
    data, _ = notebook.shell.display_formatter.format(drawn)
    assert data["image/png"].startswith(b"\x89PNG")


def test_draw_is_also_the_room_that_draws():
    assert mg.draw.layered_layout.__name__ == "layered_layout"


def test_a_script_records_a_block(tmp_path):
    with mg.record() as run:
        w = mg.tensor([2.0, 3.0], requires_grad=True)
        z = (w * w).sum()
        z.backward()
    assert run.table().startswith("minigrad: z = (w * w).sum() · z.backward()")
    path = tmp_path / "run.json"
    assert from_json(run.to_json(path)) == json.loads(path.read_text())
    assert isinstance(run.draw(), matplotlib.figure.Figure)
    player = run.play(at=2)
    assert player.position == 2
    player.close()


def test_a_script_that_fails_is_recorded_up_to_there():
    w = mg.tensor([2.0, 3.0], requires_grad=True)
    y = w * 2
    with pytest.raises(RuntimeError), mg.record() as run:
        (y * 2).backward()
    assert run.document["message"]["kind"] == "error"
    assert "MUL" in run.table()


def test_a_table_needs_numpy_alone():
    code = (
        "import minigrad as mg, sys\nwith mg.record() as run:\n    (mg.tensor(2., requires_grad=True) * 3).backward()\n"
        "run.table(); print([m for m in ('IPython', 'networkx', 'matplotlib', 'anywidget') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_nobody_holds_any_more_says_so_and_its_gradient_is_written_out(notebook):
    notebook("w = mg.tensor([2., -1.], requires_grad=True)\nz = ((w * 3).tanh() * w).sum()\nplayer = mg.play(z)")
    document = notebook["player"].document
    lost = next(variable for variable in document["graph"]["variables"] if variable["value"] is None)
    assert lost["cells"] == 2
    effects = [e for step in document["steps"] for e in step["effects"] if e["variable"] == lost["id"]]
    assert [effect["value"]["summary"] for effect in effects if effect["row"] == "value"] == ["not held"]
    arrived = [effect["value"] for effect in effects if effect["row"] == "grad" and effect["value"]]
    assert {value["kind"] for value in arrived} == {"cells"}
