"""Use the player in a real browser as a person would: keys, pointer, playing, themes, sizes.

    python widgets/test/hands.py

Needs playwright and a Chromium; the page is served from 127.0.0.1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from look import ARGS, CHROMIUM, axe, serve
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHECKS: list[Callable[[Page, str], None]] = []


def check(function: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    CHECKS.append(function)
    return function


def show(page: Page, address: str, sample: str = "linear", position: int = 0, width: int = 1100) -> None:
    page.goto(f"{address}/test/page.html?sample={sample}&position={position}&width={width}")
    page.locator(".mg-player").wait_for()
    page.wait_for_timeout(150)


def at(page: Page, position: int) -> None:
    expect(page.locator(".mg-player")).to_have_attribute("data-position", str(position))


@check
def keys_step_from_wherever_the_focus_is(page: Page, address: str) -> None:
    show(page, address)
    page.locator(".mg-sentence").click()
    page.keyboard.press("ArrowRight")
    at(page, 1)
    page.keyboard.press("End")
    at(page, 10)
    page.keyboard.press("ArrowLeft")
    at(page, 9)
    page.keyboard.press("Home")
    at(page, 0)
    page.locator(".mg-node[data-id=mul]").click()
    at(page, 1)
    page.keyboard.press("ArrowRight")
    at(page, 2)
    page.locator(".mg-forward").focus()
    page.keyboard.press("Space")
    at(page, 3)


@check
def the_graph_is_one_tab_stop_and_arrows_roam_it(page: Page, address: str) -> None:
    show(page, address, position=1)
    page.locator(".mg-help-button").focus()
    page.keyboard.press("Tab")
    focused = "document.querySelector('.mg-player').shadowRoot.activeElement"
    assert page.evaluate(f"{focused}.dataset.id") == "mul"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{focused}.dataset.id") == "y"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"{focused}.dataset.id") == "b"
    page.keyboard.press("Enter")
    at(page, 7)
    page.keyboard.press("Tab")
    assert "mg-zoom-out" in page.evaluate(f"{focused}.className")


@check
def the_slider_is_dragged(page: Page, address: str) -> None:
    show(page, address)
    box = page.locator(".mg-timeline").bounding_box()
    assert box
    y = box["y"] + 31
    page.mouse.move(box["x"] + 30, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=5)
    middle = int(page.locator(".mg-player").get_attribute("data-position") or 0)
    assert 2 <= middle <= 8, middle
    page.mouse.move(box["x"] + box["width"] + 60, y, steps=5)
    page.mouse.up()
    at(page, 10)
    page.keyboard.press("ArrowLeft")
    at(page, 9)


@check
def playing_runs_to_the_end_and_begins_again(page: Page, address: str) -> None:
    show(page, address, position=7)
    page.locator(".mg-speed").click()
    expect(page.locator(".mg-speed")).to_have_text("2\u00d7")
    page.locator(".mg-play").click()
    expect(page.locator(".mg-play")).to_have_attribute("aria-label", "Pause")
    at(page, 10)
    expect(page.locator(".mg-play")).to_have_attribute("aria-label", "Play again")
    expect(page.locator(".mg-live")).to_have_text(re.compile("x.grad becomes"))


@check
def the_graph_is_panned_zoomed_and_fitted(page: Page, address: str) -> None:
    show(page, address, "nodes400", 3)
    stage = page.locator(".mg-stage")
    before = stage.evaluate("e => e.style.transform")
    box = page.locator(".mg-view").bounding_box()
    assert box
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 120, steps=4)
    page.mouse.up()
    at(page, 3)
    assert stage.evaluate("e => e.style.transform") != before
    page.locator(".mg-zoom-in").click()
    expect(page.locator(".mg-zoom-percent")).to_have_text("106%")
    page.locator(".mg-zoom-fit").click()
    expect(page.locator(".mg-view")).not_to_have_class(re.compile("mg-pannable"))
    page.locator(".mg-zoom-fit").click()
    expect(page.locator(".mg-zoom-percent")).to_have_text("85%")
    page.keyboard.down("Control")
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(page.locator(".mg-zoom-percent")).not_to_have_text("85%")


@check
def the_step_at_hand_is_in_sight(page: Page, address: str) -> None:
    show(page, address, "steps60", width=640)
    for position in (1, 15, 30, 44, 60):
        page.evaluate(f"model.set('position', {position})")
        page.wait_for_timeout(450)
        pane = page.locator(".mg-view").bounding_box()
        node = page.locator(".mg-node.mg-active .mg-body").bounding_box()
        assert pane
        assert node
        assert pane["x"] <= node["x"], position
        assert node["x"] + node["width"] <= pane["x"] + pane["width"], position


@check
def the_controls_stay_where_they_are_from_step_to_step(page: Page, address: str) -> None:
    show(page, address)
    tops = set()
    for position in range(11):
        page.evaluate(f"model.set('position', {position})")
        box = page.locator(".mg-play").bounding_box()
        assert box
        tops.add(round(box["y"]))
    assert len(tops) == 1, tops


@check
def a_heat_map_tells_its_entries(page: Page, address: str) -> None:
    show(page, address, "heat", 1)
    page.locator(".mg-row .mg-heat svg").first.hover()
    expect(page.locator(".mg-tip")).to_have_text(re.compile(r"^\[\d, \d\] +\u2212?[\d.]+$"))
    page.locator(".mg-node[data-id=x] .mg-dock-heat").first.hover()
    expect(page.locator(".mg-tip")).to_be_visible()
    page.locator(".mg-sentence").hover()
    expect(page.locator(".mg-tip")).to_be_hidden()


@check
def the_help_opens_and_closes(page: Page, address: str) -> None:
    show(page, address)
    page.locator(".mg-help-button").click()
    expect(page.locator(".mg-help")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".mg-help")).to_be_hidden()
    page.locator(".mg-help-button").click()
    page.locator(".mg-sentence").click()
    expect(page.locator(".mg-help")).to_be_hidden()


@check
def the_source_unfolds_where_it_is_narrow(page: Page, address: str) -> None:
    show(page, address, position=8, width=520)
    expect(page.locator(".mg-source-line:visible")).to_have_count(1)
    page.locator(".mg-fold").click()
    expect(page.locator(".mg-source-line:visible")).to_have_count(8)
    page.locator(".mg-source-line[data-line='6']").click()
    at(page, 2)


@check
def no_movement_where_none_is_wanted(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    show(page, address)
    page.locator(".mg-forward").click()
    expect(page.locator(".mg-card.mg-moving")).to_have_count(0)
    expect(page.locator(".mg-node[data-id=y] .mg-dock-value")).to_have_text("val2\u22123\u22121")
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")


@check
def it_sleeps_out_of_sight(page: Page, address: str) -> None:
    show(page, address)
    page.locator(".mg-play").click()
    page.evaluate("document.body.style.paddingTop = '4000px'")
    page.wait_for_timeout(300)
    before = page.locator(".mg-player").get_attribute("data-position")
    page.wait_for_timeout(1800)
    assert page.locator(".mg-player").get_attribute("data-position") == before
    page.evaluate("document.body.style.paddingTop = ''")
    page.wait_for_timeout(1800)
    assert page.locator(".mg-player").get_attribute("data-position") != before


@check
def the_page_s_styles_stay_outside(page: Page, address: str) -> None:
    show(page, address, position=8)
    measure = """() => [...document.querySelector('.mg-player').shadowRoot.querySelectorAll('.mg-card *')]
      .map((e) => [e, e.getBoundingClientRect()])
      .map(([e, { width, height }]) => [e.getAttribute('class'), Math.round(width), Math.round(height)].join())"""
    before = page.evaluate(measure)
    page.add_style_tag(
        content="""* { font-size: 30px; letter-spacing: 3px; box-sizing: content-box }
        body { line-height: 3; text-align: right; text-transform: uppercase; white-space: pre; font: 30px serif }
        button, code, text, svg, pre, math, span { padding: 20px; border: 5px solid red; color: red; fill: red }"""
    )
    page.wait_for_timeout(100)
    changed = [pair for pair in zip(before, page.evaluate(measure), strict=True) if pair[0] != pair[1]]
    assert not changed, changed[:5]
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "30px"


@check
def many_nodes_build_and_step_quickly(page: Page, address: str) -> None:
    show(page, address, "nodes400")
    built = page.evaluate("built")
    step = page.evaluate("""async () => {
        const begun = performance.now();
        for (let k = 1; k <= 50; k++) model.set('position', k);
        document.querySelector('.mg-player').getBoundingClientRect();
        return (performance.now() - begun) / 50;
    }""")
    print(f"  400 nodes: built in {built:.0f} ms, a step in {step:.1f} ms")
    assert built < 1500
    assert step < 40


@check
def clean_up_leaves_nothing(page: Page, address: str) -> None:
    show(page, address)
    page.evaluate("stop()")
    expect(page.locator(".mg-player")).to_have_count(0)
    assert page.evaluate("model.listening") == 0


def run(browser: Browser, address: str) -> int:
    wrong = 0
    for function in CHECKS:
        page = browser.new_page(viewport={"width": 1180, "height": 900})
        errors: list[str] = []
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.on("console", lambda line, errors=errors: errors.append(line.text) if line.type == "error" else None)
        try:
            function(page, address)
            assert not errors, errors
        except AssertionError as problem:
            wrong += 1
            print("not ok", function.__name__, "\n   ", problem)
        else:
            print("ok", function.__name__)
        page.close()
    return wrong


def main() -> int:
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        wrong = run(browser, address)
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
