"""What `%%autograd` runs, returns and shows, in a real IPython shell."""

import pytest

CELL = """
%%autograd
w = mg.tensor([2., -1., .5], requires_grad=True)
x = mg.tensor([1., 3., -2.], requires_grad=True)
b = mg.tensor(.5, requires_grad=True)
z = (w * x + b).sum()
"""
LEAF = "w = mg.tensor([2., 3.], requires_grad=True)"


def kinds(document, kind):
    return [line["text"] for line in document["source"]["lines"] if line["kind"] == kind]


def note(document):
    message = document["message"]
    return None if message is None else message["text"]


# --- What it runs --------------------------------------------------------------------------------------------------


def test_the_cell_runs_as_if_its_last_line_were_backward(notebook):
    assert notebook(CELL).success
    assert notebook["w"].grad.tolist() == [1.0, 3.0, -2.0]
    assert notebook["x"].grad.tolist() == [2.0, -1.0, 0.5]
    assert notebook["b"].grad.item() == 3.0
    assert kinds(notebook.document, "added") == ["z.backward()"]


def test_names_that_the_cell_assigns_are_there_afterwards(notebook):
    notebook(CELL)
    assert notebook("z.item()").value == -0.5


def test_a_cell_that_calls_backward_gets_no_second_one(notebook):
    assert notebook(f"%%autograd\n{LEAF}\nz = (w * w).sum()\nz.backward()\ny = w.grad * 2").success
    assert notebook["w"].grad.tolist() == [4.0, 6.0]
    assert kinds(notebook.document, "added") == []
    assert notebook.document["title"]["call"] == "z.backward()"


def test_a_cell_that_calls_autograd_grad_gets_no_backward_either(notebook):
    assert notebook(f"%%autograd\n{LEAF}\ny = w * w\nmg.autograd.grad(y.sum(), y)").success
    assert notebook["w"].grad is None
    assert kinds(notebook.document, "added") == []


def test_no_backward_shows_the_forward_pass_alone(notebook):
    assert notebook(f"%%autograd --no-backward\n{LEAF}\nz = (w * w).sum()").success
    assert notebook["w"].grad is None
    assert {step["phase"] for step in notebook.document["steps"]} == {"forward"}
    assert note(notebook.document) is None


def test_the_result_is_the_value_of_the_last_line(notebook):
    notebook(f"%%autograd\n{LEAF}\ny = (w * 5).sum()\n(w * w).sum()")
    assert notebook["w"].grad.tolist() == [4.0, 6.0]
    assert kinds(notebook.document, "added") == ["(w * w).sum().backward()"]


def test_an_expression_is_put_in_brackets_before_backward(notebook):
    notebook("%%autograd\nw = mg.tensor(2., requires_grad=True)\nw * w")
    assert kinds(notebook.document, "added") == ["(w * w).backward()"]


@pytest.mark.parametrize("last", ["print(z)", "z.item()", "w", "None", "for i in range(2): pass", "w_again = w"])
def test_else_the_result_is_the_tensor_that_was_computed_and_assigned_last(notebook, last):
    notebook(f"%%autograd\n{LEAF}\ny = (w * 5).sum()\nz = (w * w).sum()\n{last}")
    assert kinds(notebook.document, "added") == ["z.backward()"]
    assert notebook["w"].grad.tolist() == [4.0, 6.0]


def test_a_tensor_of_an_earlier_cell_is_not_the_result_of_a_branch_that_did_not_run(notebook):
    notebook(f"{LEAF}\nz = (w * 5).sum()")
    notebook("%%autograd\ny = (w * w).sum()\nif False:\n    z = y")
    assert kinds(notebook.document, "added") == ["y.backward()"]


def test_a_result_of_several_numbers_is_played_forward_and_pytorchs_sentence_says_what_to_do(notebook):
    assert notebook(f"%%autograd\n{LEAF}\ny = w * w").success
    assert notebook["w"].grad is None
    assert {step["phase"] for step in notebook.document["steps"]} == {"forward"}
    assert note(notebook.document).startswith(
        "grad can be implicitly created only for scalar outputs; y has shape [2]. Reduce it, for example with .sum()"
    )
    assert "%%autograd --gradient mg.ones(2)" in note(notebook.document)


@pytest.mark.parametrize("gradient", ["mg.ones(2)", "mg.tensor([1., 1.])", "  mg.ones( 2 )  ", "a"])
def test_gradient_weights_the_entries_of_the_result(notebook, gradient):
    notebook("a = mg.ones(2)")
    for option in (f"--gradient {gradient}", f"--static --gradient {gradient} --theme dark"):
        assert notebook(f"%%autograd {option}\n{LEAF}\ny = w * w").success
        assert notebook["w"].grad.tolist() == [4.0, 6.0]
    notebook(f"%%autograd --gradient={gradient}\n{LEAF}\ny = w * w")
    assert kinds(notebook.document, "added") == [f"y.backward({gradient.strip()})"]


def test_a_gradient_that_the_cell_has_no_use_for_is_told_so(notebook):
    assert notebook(f"%%autograd --gradient mg.ones(2)\n{LEAF}\nz = (w * w).sum()\nz.backward()").success
    assert "--gradient was not used" in note(notebook.document)


def test_a_result_that_needs_no_grad_is_played_forward_and_a_sentence_says_what_to_do(notebook):
    assert notebook("%%autograd\nw = mg.tensor([2., 3.])\ny = (w * w).sum()").success
    assert note(notebook.document).startswith("element 0 of tensors does not require grad")
    assert "requires_grad=True" in note(notebook.document)
    assert {step["phase"] for step in notebook.document["steps"]} == {"forward"}


def test_a_result_that_was_cut_off_is_told_so(notebook):
    notebook(f"%%autograd\n{LEAF}\nwith mg.no_grad():\n    y = (w * w).sum()")
    assert "cut off" in note(notebook.document)


@pytest.mark.parametrize(
    "cell", ["a = 1", "print('hello')", LEAF, "w = mg.tensor(2., requires_grad=True)", "# nothing"]
)
def test_a_cell_that_computes_no_tensor_says_so_in_one_sentence(notebook, cell):
    ran = notebook(f"%%autograd\n{cell}")
    assert ran.success
    assert ran.printed.removeprefix("hello\n") == (
        "This cell computes no tensor, so there is nothing to play. "
        "Compute one from tensors, for example z = (w * x).sum().\n"
    )
    assert ran.outputs == []
    assert notebook("'w' not in dir() or w.grad is None").value


def test_a_result_that_no_variable_holds_is_played_forward(notebook):
    notebook(f"%%autograd\n{LEAF}\nprint((w * w).sum())")
    assert "Assign the result" in note(notebook.document)


def test_an_existing_graph_is_played_backward(notebook):
    notebook(f"{LEAF}\nz = (w * w).sum()")
    assert notebook("%%autograd\nz").success
    assert notebook["w"].grad.tolist() == [4.0, 6.0]


def test_a_cell_run_twice_says_that_grad_was_not_zeroed(notebook):
    notebook(LEAF)
    cell = "%%autograd\nz = (w * w).sum()"
    notebook(cell)
    assert note(notebook.document) is None
    notebook(cell)
    assert "w.grad was not zeroed" in note(notebook.document)
    assert notebook["w"].grad.tolist() == [8.0, 12.0]


def test_functions_loops_and_earlier_cells_take_part(notebook):
    notebook("def square(t):\n    return t * t")
    assert notebook(
        f"""
        %%autograd
        {LEAF}
        def total(t):
            for _ in range(2):
                t = square(t)
            return t.sum()
        z = total(w)
        """
    ).success
    assert notebook["w"].grad.tolist() == [32.0, 108.0]


def test_ipython_syntax_works_in_the_cell(notebook):
    ran = notebook(f"%%autograd\n%precision 3\n{LEAF}\nz = (w * w).sum()\n!echo it\\'s there")
    assert ran.success
    assert "it's there" in ran.printed
    assert "%precision 3" in [line["text"] for line in notebook.document["source"]["lines"]]


def test_another_cell_magic_may_stand_above(notebook):
    ran = notebook(f"%%time\n%%autograd\n{LEAF}\nz = (w * w).sum()\n")
    assert "Wall time" in ran.printed
    assert notebook.document["steps"][0]["lines"] == [4]


def test_the_magic_works_inside_a_function_and_inside_itself(notebook):
    ran = notebook(
        """
        %%autograd
        def inner():
            get_ipython().run_cell_magic("autograd", "--at 1", "u = v * v")
        v = mg.tensor(3., requires_grad=True)
        y = v * 2
        inner()
        z = y + 1
        """
    )
    assert ran.success
    assert len(ran.tables) == 2
    assert notebook["v"].grad.item() == 8.0
    assert [kinds(player.document, "added") for player in notebook.players] == [["u.backward()"], ["z.backward()"]]


def test_names_with_html_in_them_are_text(notebook):
    notebook("%%autograd\nt = {'<b>': mg.tensor(2., requires_grad=True)}\nz = t['<b>'] * t['<b>']")
    assert "t['<b>']" in [variable["full_name"] for variable in notebook.document["graph"]["variables"]]


# --- What it returns -----------------------------------------------------------------------------------------------


def test_the_value_of_the_last_line_is_out_and_underscore(notebook):
    ran = notebook(f"%%autograd\n{LEAF}\n(w * w).sum()")
    n = notebook.shell.execution_count - 1
    assert ran.value.item() == 13.0
    assert f"Out[{n}]: tensor(13., grad_fn=<SumBackward0>)" in ran.printed
    assert notebook(f"_ is Out[{n}]").value


def test_a_value_that_is_no_tensor_comes_through_too(notebook):
    assert notebook(f"%%autograd\n{LEAF}\nz = (w * w).sum()\n'done'").value == "done"


def test_a_cell_that_ends_in_an_assignment_returns_nothing(notebook):
    ran = notebook(CELL)
    assert ran.value is None
    assert "Out[" not in ran.printed


@pytest.mark.parametrize("end", [";", " ;  # quiet; really", ";\n\n# the end"])
def test_a_semicolon_keeps_the_value_quiet_and_shows_the_player(notebook, end):
    ran = notebook(f"%%autograd\n{LEAF}\n(w * w).sum(){end}")
    assert ran.value is None
    assert "Out[" not in ran.printed
    assert len(ran.outputs) == 1


def test_a_semicolon_in_a_comment_is_none(notebook):
    assert notebook(f"%%autograd\n{LEAF}\n(w * w).sum()  # not quiet;").value is not None


def test_what_the_cell_prints_is_printed(notebook):
    assert notebook(f"%%autograd\n{LEAF}\nz = (w * w).sum()\nprint(z.item())").printed == "13.0\n"


# --- What it shows -------------------------------------------------------------------------------------------------


def test_the_source_is_the_cell_as_the_user_sees_it(notebook):
    notebook(CELL)
    lines = notebook.document["source"]["lines"]
    assert [line["number"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line["text"] for line in lines[:5]] == CELL.strip().split("\n")
    assert lines[0]["kind"] == "magic"


@pytest.mark.parametrize("blank", ["", "\n", "  \n\n"])
@pytest.mark.parametrize("before", ["", "\n\n"])
def test_blank_lines_count(notebook, before, blank):
    notebook.shell.run_cell(f"{before}%%autograd\n{blank}{LEAF}\nz = (w * w).sum()", store_history=True)
    line = 3 + before.count("\n") + blank.count("\n")
    assert notebook.document["steps"][0]["lines"] == [line]
    source = {line["number"]: line["text"] for line in notebook.document["source"]["lines"]}
    assert source[line] == "z = (w * w).sum()"


def test_an_indented_cell_is_shown_as_it_is_run(notebook):
    notebook.shell.run_cell(f"%%autograd\n    {LEAF}\n    z = (w * w).sum()", store_history=True)
    step = notebook.document["steps"][0]
    first, start, _, end = step["span"]
    source = {line["number"]: line["text"] for line in notebook.document["source"]["lines"]}
    assert source[first][start:end] == "w * w"


@pytest.mark.parametrize(
    ("option", "position"), [("", 0), ("--at 2", 2), ("--at 99", -1), ("--at -1", -1), ("--at -99", 0)]
)
def test_at_opens_the_player_at_a_step(notebook, option, position):
    notebook(CELL.replace("%%autograd", f"%%autograd {option}"))
    player = notebook.players[-1]
    assert player.position == (position if position >= 0 else len(player.document["steps"]))


def test_a_cell_that_fails_opens_at_its_last_step(notebook):
    failing = CELL + "1 / 0"
    notebook(failing)
    assert notebook.players[-1].position == len(notebook.document["steps"]) == 3
    notebook(failing.replace("%%autograd", "%%autograd --at 0"))
    assert notebook.players[-1].position == 0


def test_a_run_that_is_too_long_for_a_player_says_so(notebook):
    loop = "w = mg.tensor(1., requires_grad=True)\nz = w\nfor _ in range({}):\n    z = z * w"
    ran = notebook("%%autograd\n" + loop.format(12_000))
    assert ran.success
    assert ran.outputs == []
    assert ran.printed == "This cell ran 12,000 ops, and a player shows up to 10,000: play fewer rounds of its loops.\n"
    assert notebook["w"].grad.item() == 12_001.0
    (output,) = notebook("%%autograd\n" + loop.format(400)).outputs
    assert set(output) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}


def test_theme_and_language_reach_the_player(notebook):
    notebook(CELL.replace("%%autograd", "%%autograd --theme dark --language en"))
    assert notebook.players[-1].theme == "dark"
    assert notebook.document["language"] == "en"


def test_static_shows_a_picture_and_the_table(notebook):
    ran = notebook(CELL.replace("%%autograd", "%%autograd --static"))
    assert [set(output) for output in ran.outputs] == [{"image/png", "text/plain"}]
    assert notebook.players == []


def test_the_player_of_an_earlier_run_is_closed(notebook):
    notebook(CELL, cell_id="a")
    (first,) = notebook.players
    notebook(CELL, cell_id="a")
    assert first.comm is None
    (second,) = notebook.players
    assert second.comm is not None


def test_with_cell_ids_two_equal_cells_keep_their_players_and_an_edited_one_loses_its_own(notebook):
    notebook(CELL, cell_id="a")
    notebook(CELL, cell_id="b")
    first, second = notebook.players
    notebook("1 + 1", cell_id="a")
    assert notebook.players == [second]
    assert first.comm is None


def test_several_players_of_one_cell_live_until_it_runs_again(notebook):
    cell = "for k in (1., 2.):\n    get_ipython().run_cell_magic('autograd', '', 'z = w * k')"
    notebook("w = mg.tensor(3., requires_grad=True)")
    for _ in range(2):
        notebook(cell, cell_id="a")
        assert len(notebook.players) == 2


def test_a_player_from_mg_play_goes_when_its_cell_runs_again(notebook):
    notebook("z = mg.tensor(3., requires_grad=True) * 2", cell_id="a")
    notebook("mg.play(z)", cell_id="b")
    (first,) = notebook.players
    notebook("mg.play(z)", cell_id="b")
    (second,) = notebook.players
    assert first is not second
    assert first.comm is None


def test_a_player_that_two_cells_show_stays_until_both_are_gone_and_opens_again_when_it_is_shown(notebook):
    notebook("z = mg.tensor(3., requires_grad=True) * 2\nplayer = mg.play(z)", cell_id="a")
    notebook("display(player)", cell_id="b")
    notebook("display(player)", cell_id="c")
    notebook("1", cell_id="b")
    assert notebook["player"].comm is not None
    notebook("1", cell_id="c")
    assert notebook["player"].comm is None
    (output,) = notebook("display(player)", cell_id="c").outputs
    assert notebook["player"].comm is not None
    assert output["application/vnd.jupyter.widget-view+json"]["model_id"] == notebook["player"].model_id
