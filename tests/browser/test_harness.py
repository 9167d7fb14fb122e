"""The harness itself, on a notebook that holds an ipywidgets slider and the three things that it must catch."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from browser.player import Player

SLIDER = "import ipywidgets\nslider = ipywidgets.IntSlider(3, description='n')\nslider"
ASK_OUTSIDE = "import IPython.display as d\nd.display(d.HTML('<img src=\"https://example.org/a.png\">'))"
PLAYER = "%%autograd\nx = mg.tensor(2., requires_grad=True)\ny = x * x"
COMPLAIN = "d.display(d.Javascript('console.error(\"a complaint\")'))"


def write(lab, name, *sources):
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, lab.root / name)
    return name


def test_a_slider_is_shown_and_obeys_the_keyboard(lab, open_notebook):
    notebook = open_notebook(write(lab, "slider.ipynb", SLIDER))
    notebook.run_all()
    assert [row["shown"] for row in notebook.widgets()] == [True]
    notebook.page.locator(".widget-slider [role=slider], .widget-slider .noUi-handle").first.press("ArrowRight")
    assert notebook.page.locator(".widget-readout").inner_text() == "4"
    assert (notebook.cell_errors(), notebook.errors, notebook.outside) == ([], [], [])


def test_an_error_in_a_cell_is_seen(lab, open_notebook):
    notebook = open_notebook(write(lab, "error.ipynb", "1 / 0"))
    notebook.run_all()
    assert notebook.cell_errors() == ["ZeroDivisionError: division by zero"]


def test_an_outside_request_and_a_complaint_in_the_console_are_seen(lab, open_notebook):
    notebook = open_notebook(write(lab, "outside.ipynb", ASK_OUTSIDE, COMPLAIN))
    with (
        notebook.page.expect_event("requestfailed", lambda request: "example.org" in request.url),
        notebook.page.expect_console_message(lambda message: message.text == "a complaint"),
    ):
        notebook.run_all()
    assert set(notebook.outside) == {"https://example.org/a.png"}
    assert any("a complaint" in error for error in notebook.errors)


def test_both_themes(lab, open_notebook):
    notebook = open_notebook(write(lab, "theme.ipynb", "1"))
    notebook.use_theme("JupyterLab Dark")
    assert notebook.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    notebook.use_theme("JupyterLab Light")
    assert notebook.page.evaluate("document.body.dataset.jpThemeLight") == "true"


def test_what_is_wrong_with_a_picture_is_found_at_every_position(lab, open_notebook):
    setup = "%load_ext minigrad\nimport minigrad as mg"
    notebook = open_notebook(write(lab, "wrong.ipynb", setup, PLAYER), reduced_motion="reduce")
    notebook.run_all()
    notebook.wait_for_players(1)
    player = Player(notebook.player())
    questions = ("overlaps", "spilling", "faint")
    assert player.wrong(*questions) == []
    player.root.evaluate("""root => {
      const [operator, variable] = ['.mg-operator .mg-body', '.mg-variable .mg-body'].map(
        selector => root.shadowRoot.querySelector(`.mg-stage ${selector}`).getBBox());
      const body = root.shadowRoot.querySelector('.mg-stage .mg-operator');
      body.setAttribute('transform', `translate(${variable.x - operator.x} ${variable.y - operator.y})`);
      const name = root.shadowRoot.querySelector('.mg-stage .mg-variable .mg-name');
      name.style.fontSize = '99px';
      name.style.fill = 'rgb(250, 250, 250)';
    }""")
    found = {(position, question) for position, question, *_ in player.wrong(*questions)}
    assert found == {(position, question) for position in range(player.steps + 1) for question in questions}
