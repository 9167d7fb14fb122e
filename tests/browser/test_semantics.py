"""Everything that autograd does, as a person sees it: one notebook, a player for each thing."""

import json

import pytest

from browser.player import Player
from browser.semantics import CELLS, FAILING, notebook

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@pytest.fixture(scope="module")
def page(lab, open_notebook):
    (lab.root / "semantics.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    opened = open_notebook("semantics.ipynb", reduced_motion="reduce")
    opened.run_all()
    opened.wait_for_players(len(CELLS))
    return opened


@pytest.fixture
def see(page):
    """Return the player of a cell, at its last step or the first one of a title."""

    def seen(name, title=None):
        player = Player(page.player(list(CELLS).index(name)))
        player.root.scroll_into_view_if_needed()
        player.begin()
        if title is None:
            player.key("End")
            return player
        while not player.root.locator(".mg-title").first.inner_text().startswith(title):
            assert player.position < player.steps, f"no step is called {title}"
            player.key("ArrowRight")
        return player

    return seen


SEEN = """found => found
  .filter(e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}))
  .map(e => e.textContent)"""


def texts(player, selector):
    return player.root.locator(selector).evaluate_all(SEEN)


def rows(player):
    return texts(player, ".mg-row")


def test_each_cell_has_its_player(page):
    assert page.page.locator(".mg-player").count() == len(CELLS)
    failed = [cell for cell in page.cells() if any(out["output_type"] == "error" for out in cell.get("outputs", []))]
    assert len(failed) == len(FAILING)


def test_several_passes_are_numbered_on_one_timeline(see):
    player = see("passes")
    assert texts(player, ".mg-phase-label") == ["Forward ▶", "◀ Backward 1", "◀ Backward 2"]
    assert "Backward 2 of 2" in texts(player, ".mg-phase-backward")[0]
    assert player.root.locator(".mg-lane-gradient.mg-former").count() > 0


def test_several_roots_begin_one_pass(see):
    player = see("roots")
    assert player.root.locator(".mg-mark-seed").count() == 2
    assert texts(player, ".mg-phase-label") == ["Forward ▶", "◀ Backward"]


def test_a_double_backward_shows_the_graph_of_the_gradient(see):
    player = see("double")
    assert texts(player, ".mg-hull-of-recorded .mg-hull-label") == ["the backward pass, recorded"]
    assert "Recorded ▶" in texts(player, ".mg-phase-label")
    assert "18" in texts(player, ".mg-leaf .mg-dock-grad .mg-dock-number")


def test_no_grad_is_a_hatched_hull_that_no_gradient_enters(see):
    player = see("no_grad")
    hull = player.root.locator(".mg-stage .mg-hull-of-no_grad.mg-shown")
    assert hull.count() == 1
    assert "mg-hatch" in hull.locator(".mg-hull-hatch rect").first.evaluate("rect => getComputedStyle(rect).fill")
    assert player.root.locator(".mg-stage .mg-cut-no_grad.mg-shown .mg-scissors").count() == 2


def test_detach_ends_the_gradient_lane_with_scissors(see):
    player = see("detach")
    assert player.root.locator(".mg-stage .mg-cut-detach.mg-shown .mg-cut-stub").count() == 1


def test_what_needs_no_gradient_is_grey_and_dashed(see):
    player = see("constant")
    styles = player.root.locator(".mg-stage .mg-variable.mg-constant .mg-body").evaluate_all(
        "found => found.map(e => [getComputedStyle(e).stroke, getComputedStyle(e).strokeDasharray])"
    )
    grey = player.card.evaluate("card => getComputedStyle(card).getPropertyValue('--mg-pending').trim()")
    assert len(styles) == 1
    assert styles[0][1] != "none"
    assert [int(grey[i : i + 2], 16) for i in (1, 3, 5)] == json.loads(f"[{styles[0][0][4:-1]}]")


def test_writes_in_place_are_counted(see):
    assert texts(see("in_place"), ".mg-tag-version") == ["v0 → v1", "v1 → v2"]
    assert "CopySlices" in see("in_place", "CopySlices").root.locator(".mg-title").first.inner_text()
    assert texts(see("view"), ".mg-tag-version") == ["v0 → v1"]


def test_hooks_show_before_and_after(see):
    player = see("hooks")
    assert sorted(texts(player, ".mg-tag-hook")) == ["ƒ <lambda>", "ƒ clip"]
    assert texts(player, ".mg-tag-pin") == ["retain_grad"]
    player = see("hooks", "w.grad")
    assert any("ƒ <lambda>" in row for row in rows(player))
    player.key("ArrowLeft")
    assert any("ƒ clip" in row for row in rows(player))


def test_node_hooks_and_hooks_after_accumulation_have_their_tags(see):
    player = see("node_hooks")
    assert sorted(texts(player, ".mg-tag-hook")) == ["ƒ halve", "ƒ report", "ƒ step"]
    assert any("ƒ step" in row for row in rows(player))


def test_a_broadcast_is_summed_and_says_over_which_axes(see):
    player = see("broadcast", "MulBackward0")
    assert "Σ₁ × x" in texts(player, ".mg-pill")
    assert any("over axis 1" in row for row in rows(player))


def test_parallel_edges_and_accumulation(see):
    player = see("parallel", "AddBackward0")
    assert len(rows(player)) == 2
    player = see("parallel")
    assert any("+=" in row for row in rows(player))
    assert texts(player, ".mg-leaf .mg-dock-badge") == ["+="]


@pytest.mark.parametrize("name", ["parallel", "hooks", "roots"])  # level; under a tag; bending aside
def test_what_travels_on_parallel_edges_hides_neither_lanes_nor_pills(see, name):
    player = see(name, "AddBackward0" if name == "parallel" else "MulBackward0")
    player.settle()
    assert len(texts(player, ".mg-chip")) >= 2
    assert player.ask("hidden") == []


def test_a_gradient_is_in_flight_and_then_freed(see):
    player = see("parallel", "SumBackward0")
    assert "in flight, not stored" in texts(player, ".mg-dock-note")
    player = see("parallel")
    assert any("retain_grad() keeps it" in note for note in texts(player, ".mg-dock-note"))


def test_saved_tensors_show_their_bytes_and_are_struck_out_when_freed(see):
    player = see("parallel", "z.backward()")
    assert texts(player, ".mg-saved") == ["saved: s, a · 16 B"]
    assert player.root.locator(".mg-released").count() == 0
    player.key("End")
    assert player.root.locator(".mg-released .mg-saved").count() == 1


def test_the_in_place_error_shows_both_culprits(see):
    player = see("culprits")
    assert texts(player, ".mg-operator .mg-tag-fault") == ["saved here", "modified here"]
    assert texts(player, ".mg-fault-tag") == ["saved here", "modified here"]
    assert "".join(texts(player, ".mg-fault-span")) == "y * yy += 1"


def test_what_did_not_run_is_the_last_step_and_lit_as_such(see):
    player = see("culprits")
    assert texts(player, ".mg-title")[0].startswith("MulBackward0")
    assert texts(player, ".mg-rule") == ["refused: the pass ends here"]
    colours = """root => ['.mg-operator.mg-active .mg-body', '.mg-mark-refused .mg-mark-shape', '.mg-message b']
        .map(part => getComputedStyle(root.shadowRoot.querySelector(part)))
        .map((style, i) => i < 2 ? style.fill : style.color)"""
    assert len(set(player.root.evaluate(colours))) == 1


def test_a_chain_that_was_cut_shows_where(see):
    player = see("cut")
    assert "The chain was cut at h.detach(), line 4." in texts(player, ".mg-message-text")[0]
    assert texts(player, ".mg-fault-tag") == ["cut here"]


def test_a_user_s_own_backward_is_lit(see):
    player = see("custom", "CubeBackward")
    lit = texts(player, ".mg-source-line.mg-active .mg-source-text")
    assert any("return grad * 3 * x ** 2" in line for line in lit)


def test_an_op_in_another_cell_s_function_says_which(see):
    assert texts(see("loops"), ".mg-line") == ["line 5", "In[1]:5", "line 5", "In[1]:5"]


def test_a_backward_in_another_cell_is_quoted(see):
    player = see("elsewhere", "TwiceBackward")
    assert "Twice.backward, In[1]" in texts(player, ".mg-elsewhere .mg-term-caption")
    assert any("return grad * 2" in line for line in texts(player, ".mg-elsewhere-line code"))


KINDS = {  # the first step of a title: the pattern, and what its rows say in numbers
    "MeanBackward0": ("upstream, spread over what was summed", ["1", "0.25"]),
    "MmBackward0": ("grad @ Bᵀ and Aᵀ @ grad", ["@", "0.25"]),
    "SoftmaxBackward0": ("upstream · Jacobian = sent", ["−0.0149", "0.1101"]),
    "CatBackward0": ("each part gets its piece", ["sent to picked"]),
    "IndexBackward0": ("back to where it was taken", ["sent to x"]),
}


@pytest.mark.parametrize("title", KINDS)
def test_each_kind_of_op_has_its_pattern_and_its_rows_in_numbers(see, title):
    player = see("kinds", title)
    pattern, parts = KINDS[title]
    assert pattern in texts(player, ".mg-rule")[0]
    assert player.root.locator(".mg-sentence").inner_text().strip()
    assert all(part in " ".join(rows(player)) for part in parts), rows(player)


def test_formulas_are_mathml_and_the_chain_goes_from_the_root_to_here(see):
    player = see("constant", "MulBackward0")
    [left] = player.root.locator(".mg-row .mg-left math").evaluate_all("all => all.map(math => math.outerHTML)")
    assert "<mfrac>" in left
    assert texts(player, ".mg-link") == ["∂z/∂z1", "SUM× 1", "MUL× x", "w.grad"]
    assert texts(player, ".mg-source-line.mg-active .mg-number") == ["4"]
    assert texts(player, ".mg-operator.mg-active .mg-line") == ["line 4"]


def test_eight_numbers_have_bars_more_are_a_map_and_the_pointer_reads_an_entry(see):
    player = see("heat")
    shapes = texts(player, ".mg-stage .mg-variable .mg-shape")
    assert sorted(shapes) == ["()", "(6, 8)", "(6, 8)", "(8,)", "(8,)", "(8,)"]
    docks = player.root.locator(".mg-stage .mg-variable").evaluate_all("""all => all.map(node => [
        node.querySelectorAll('.mg-dock-value .mg-dock-number').length,
        node.querySelector('.mg-dock-value .mg-dock-bars').getAttribute('d') !== null,
        node.querySelectorAll('.mg-dock-value .mg-heat-frame').length])""")
    assert sorted(docks) == [[0, False, 1]] * 2 + [[1, True, 0]] + [[8, True, 0]] * 3
    box = player.root.locator(".mg-stage .mg-dock-value .mg-heat-frame").first.bounding_box()
    player.page.mouse.move(box["x"] + 2, box["y"] + 2)
    assert texts(player, ".mg-tip") == ["[0, 0]  −1.126"]


def test_in_a_graph_of_more_than_sixty_nodes_several_numbers_are_a_strip(see):
    player = see("compact")
    assert player.root.locator(".mg-stage .mg-node").count() > 60
    assert player.root.locator(".mg-stage .mg-dock-value .mg-dock-heat .mg-heat-frame").count() > 30


def test_numbers_that_leave_the_graph_are_marked(see):
    assert texts(see("escapes"), ".mg-tag-escape") == ["bool()", "item()"]


def test_the_name_of_a_hook_is_text_whatever_is_in_it(see):
    player = see("hostile", "MulBackward0")
    assert [text[:6] for text in texts(player, ".mg-tag-hook")] == ["ƒ <img"] * 2
    assert player.page.evaluate("typeof hostile") == "undefined"
    assert player.root.locator("img").count() == 0
    assert not any("\u202e" in text for text in texts(player, "text, span"))


@pytest.mark.parametrize("theme", THEMES)
def test_each_picture_is_clear(page, theme):
    page.use_theme(THEMES[theme])
    wrong = []
    for number, name in enumerate(CELLS):
        player = Player(page.player(number))
        player.root.scroll_into_view_if_needed()
        wrong += [(name, *row) for row in player.wrong("overlaps", "spilling", "faint")]
    assert wrong == []


def test_nothing_was_complained_of_and_nobody_called(page):
    assert (page.errors, page.outside) == ([], [])
