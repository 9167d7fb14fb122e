"""Print how soon a player is there, how large it is, and how evenly it moves, in this machine's JupyterLab.

    python tests/benchmarks/player.py                 # 10, 100, 1,000 and 10,000 nodes
    python tests/benchmarks/player.py 100 1000
    python tests/benchmarks/player.py --python        # what Python does alone, step by step; no browser
    python tests/benchmarks/player.py --memory        # what a cell of 10,000 nodes holds as it runs again and again

A cell's time runs from the end of its own code (its backward pass included) to the first frame in which the player is
drawn: what was recorded is told and laid out, the picture that stands in for the player is drawn, all is sent and
built. Frames are the page's own while the player plays, is dragged and is zoomed: the middle one, one in twenty, and
the longest. Two numbers a row stand for a run of the same cell again, when fonts and code are already loaded.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1]))

SIZES = (10, 100, 1000, 10_000)
AIMS = {10: 0.15, 100: 0.3, 1000: 1.5, 10_000: 5.0}

PROGRAM = """\
w = mg.tensor(0.5, requires_grad=True)
h = mg.tensor([1.0, 2.0, 3.0])
for _ in range({rounds}):
    h = (h * w).tanh()
z = h.sum()
z.backward()
"""  # two ops and two values a round

WATCH = """() => {
  window.seen = [];
  const look = () => {
    const players = [...document.querySelectorAll('.mg-player')].filter(p => p.shadowRoot?.querySelector('.mg-stage'));
    const fresh = players.filter(player => !player.dataset.seen);
    for (const player of fresh) {
      player.dataset.seen = '1';
      requestAnimationFrame(() => requestAnimationFrame(() => window.seen.push(Date.now() / 1000)));
    }
    requestAnimationFrame(look);
  };
  look();
}"""
# What moves while the frames are counted: playing, dragging to and fro, zooming in and out.
MOVE = """async ([kind, seconds]) => {
  const player = [...document.querySelectorAll('.mg-player')].at(-1), shadow = player.shadowRoot;
  player.scrollIntoView({block: 'center'});
  await new Promise(done => setTimeout(done, 400));
  const pane = shadow.querySelector('.mg-view'), box = pane.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const pointer = (type, dx) => pane.dispatchEvent(new PointerEvent(type,
    {bubbles: true, composed: true, pointerId: 1, button: 0, clientX: x + dx, clientY: y}));
  pane.setPointerCapture = () => {};
  if (kind === 'play') shadow.querySelector('.mg-play').click();
  if (kind === 'pan') pointer('pointerdown', 0);
  const frames = [];
  let last = performance.now(), end = last + 1000 * seconds, k = 0;
  await new Promise(done => {
    const frame = now => {
      frames.push(now - last);
      last = now;
      k += 1;
      if (kind === 'pan') pointer('pointermove', 300 * Math.sin(k / 20));
      if (kind === 'zoom') pane.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, ctrlKey: true,
        deltaY: 40 * Math.sin(k / 25), clientX: x, clientY: y}));
      if (now < end) requestAnimationFrame(frame); else done();
    };
    requestAnimationFrame(frame);
  });
  if (kind === 'play') shadow.querySelector('.mg-play').click();
  if (kind === 'pan') pointer('pointerup', 0);
  return frames.slice(2);
}"""


def notebook(nodes: int) -> str:
    program = PROGRAM.format(rounds=max(1, nodes // 4))
    cells = [
        "import time\nimport minigrad as mg\n%load_ext minigrad",
        f"%%autograd\n{program}ended = time.time()\n",
        "print(ended)",
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(made)


def quantiles(frames: list[float]) -> str:
    ordered = sorted(frames)
    return f"{ordered[len(ordered) // 2]:5.1f} {ordered[int(0.95 * len(ordered))]:5.1f} {ordered[-1]:5.1f}"


def in_the_lab(sizes: list[int]) -> None:
    from playwright.sync_api import sync_playwright

    from browser.lab import CHROMIUM, Lab, Notebook, chromium_path

    print(f"{'':>7}  {'first picture, s':^21}  {'KiB':>6} {'bytes':>6}  {'frames, ms: playing, panning, zooming':^60}")
    print(f"{'nodes':>7}  {'aim':>5} {'first':>7} {'again':>7}  {'sent':>6} {'a node':>6}", end="")
    print("".join(f"  {'middle  95%  most':>18}" for _ in range(3)))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM)
        lab = Lab(Path(folder))
        try:
            for nodes in sizes:
                (lab.root / f"{nodes}.ipynb").write_text(notebook(nodes), encoding="utf-8")
                page = Notebook(lab, chromium, f"{nodes}.ipynb", viewport={"width": 1440, "height": 1000})
                page.page.evaluate(WATCH)
                times = []
                for run in (1, 2):
                    page.run_all()
                    page.page.wait_for_function(f"() => window.seen.length >= {run}", timeout=120_000)
                    ended = float(page.cells()[2]["outputs"][0]["text"])
                    times.append(page.page.evaluate("() => window.seen.at(-1)") - ended)
                moves = [page.page.evaluate(MOVE, [kind, 3]) for kind in ("play", "pan", "zoom")]
                size, shown = sent(nodes)
                print(f"{shown:7,}  {AIMS.get(nodes, 0):5.2f} {times[0]:7.2f} {times[1]:7.2f}", end="")
                print(f"  {size / 1024:6,.0f} {size / shown:6,.0f}", end="")
                print("".join(f"  {quantiles(frames):>18}" for frames in moves), flush=True)
                page.close()
        finally:
            lab.stop()
            chromium.close()


KERNEL = "import gc\ngc.collect()\nprint(open('/proc/self/statm').read().split()[1])"
CLICK = """async () => {
  const shadow = [...document.querySelectorAll('.mg-player')].at(-1).shadowRoot, frames = [];
  let last = performance.now();
  for (let k = 0; k < 40; k += 1) {
    shadow.querySelector('.mg-forward').click();
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - last);
    last = performance.now();
  }
  return frames;
}"""


def memory(nodes: int, runs: int = 5) -> None:
    """Print what the page and the kernel hold after each run of one cell, and how long a click on "forward" takes."""
    from playwright.sync_api import sync_playwright

    from browser.lab import CHROMIUM, Lab, Notebook, chromium_path

    print(f"{'run':>3} {'players':>8} {'page, MB':>9} {'kernel, MB':>11}   {'clicks, ms: middle  95%  most':>28}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM)
        lab = Lab(Path(folder))
        try:
            made = nbformat.reads(notebook(nodes), as_version=4)
            made.cells[2] = nbformat.v4.new_code_cell(KERNEL)
            (lab.root / "memory.ipynb").write_text(nbformat.writes(made), encoding="utf-8")
            page = Notebook(lab, chromium, "memory.ipynb", viewport={"width": 1440, "height": 1000})
            tools = page.context.new_cdp_session(page.page)
            for run in range(1, runs + 1):
                page.run_all()
                page.wait_for_players(1)
                clicks = page.page.evaluate(CLICK)
                tools.send("HeapProfiler.collectGarbage")
                heap = page.page.evaluate("performance.memory.usedJSHeapSize") / 1e6
                held = int("".join(page.cells()[2]["outputs"][0]["text"])) * 4096 / 1e6
                players = page.page.locator(".mg-player").count()
                print(f"{run:3} {players:8} {heap:9.1f} {held:11.1f}   {quantiles(clicks):>28}", flush=True)
            page.close()
        finally:
            lab.stop()
            chromium.close()


def record(nodes: int) -> tuple[Any, Any]:
    import minigrad as mg
    from minigrad import trace

    variables: dict[str, Any] = {"mg": mg}
    with trace.record() as recording:
        exec(PROGRAM.format(rounds=max(1, nodes // 4)), variables)
    return recording, variables["z"]


def sent(nodes: int) -> tuple[int, int]:
    """How many bytes travel to the page, and how many nodes they tell of."""
    from minigrad import draw, trace
    from minigrad.jupyter import Player

    document = draw.place(trace.play_document(*record(nodes)))
    state = Player(document).get_state()["document"]
    size = len(state["data"]) if "data" in state else len(json.dumps(state))
    return size, len(document["graph"]["variables"]) + len(document["graph"]["operators"])


def in_python(sizes: list[int]) -> None:
    from minigrad import draw, trace

    print(f"{'nodes':>7} {'record':>8} {'tell':>8} {'place':>8} {'picture':>8} {'JSON':>8} {'MB':>6}")
    for nodes in sizes:
        best: list[float] = []
        for _ in range(1 if nodes > 5000 else 3):
            clock = [time.perf_counter()]
            recording, z = record(nodes)
            clock.append(time.perf_counter())
            document = trace.play_document(recording, z)
            clock.append(time.perf_counter())
            document = draw.place(document)
            clock.append(time.perf_counter())
            draw.png(document)
            clock.append(time.perf_counter())
            text = trace.to_json(document)
            clock.append(time.perf_counter())
            spent = [after - before for before, after in itertools.pairwise(clock)]
            best = [min(pair) for pair in zip(best or spent, spent, strict=True)]
        print(f"{nodes:7,} " + " ".join(f"{seconds:8.3f}" for seconds in best) + f" {len(text) / 1e6:6.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--python", action="store_true", help="without a browser: the parts of Python's share")
    parser.add_argument("--memory", action="store_true", help="what a cell holds that runs again and again")
    arguments = parser.parse_args()
    if arguments.memory:
        memory(max(arguments.sizes))
        return
    (in_python if arguments.python else in_the_lab)(arguments.sizes or list(SIZES))


if __name__ == "__main__":
    main()
