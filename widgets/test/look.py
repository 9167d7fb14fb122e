"""Take pictures of the player on its own page, and check what a machine can see of them.

    python widgets/test/look.py                     # everything, into widgets/test/build/shots/
    python widgets/test/look.py linear:8:dark:900   # sample:position:theme:width

Needs playwright and a Chromium; the page is served from 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "test" / "build" / "shots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ALL = [
    *(f"linear:{k}:{theme}:1200" for theme in ("light", "dark") for k in (0, 1, 2, 5, 6, 7, 8, 10)),
    *(f"linear:8:{theme}:{width}" for theme in ("light", "dark") for width in (900, 600)),
    *(f"{sample}:1:light:{width}" for sample in ("heat", "long", "hostile") for width in (1200, 600)),
    "heat:1:dark:1000",
    "note:0:light:1000",
    "steps60:40:light:1000",
    "steps60:40:dark:600",
    "steps500:300:light:1000",
    "nodes400:30:light:1000",
]

# Which text boxes of the graph lie on one another, and which stick out of the box that holds them.
COLLISIONS = """() => {
  const root = document.querySelector('.mg-player').shadowRoot;
  const seen = (e) => getComputedStyle(e).visibility !== 'hidden' && e.getClientRects().length && e.textContent;
  const texts = [...root.querySelectorAll('.mg-stage text')].filter(seen)
    .filter((e) => Number(getComputedStyle(e.closest('.mg-pill') ?? e).opacity) > 0)
    .map((e) => ({ t: e.textContent, r: e.getBoundingClientRect() }));
  const found = [];
  for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
    const [a, b] = [texts[i].r, texts[j].r];
    const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (w > 2 && h > 7) found.push(`${texts[i].t} | ${texts[j].t} (${w.toFixed(0)}x${h.toFixed(0)})`);
  }
  for (const e of root.querySelectorAll('.mg-explain *, .mg-header *, .mg-controls *')) {
    const host = document.querySelector('.mg-player').getBoundingClientRect();
    const r = e.getBoundingClientRect();
    const out = r.right > host.right + 1 || r.left < host.left - 1;
    if (r.width && out && !e.closest('math')) found.push(`outside: ${e.className}`);
  }
  return found;
}"""


def axe(page: Page) -> list[str]:
    """What axe-core finds, one line a rule; empty too where it is not installed."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        return []
    report: dict[str, Any] = Axe().run(page).response
    found = report["violations"]
    return [f"{rule['id']}: {rule['help']} {[node['target'] for node in rule['nodes']][:3]}" for rule in found]


def look(page: Page, address: str, name: str) -> list[str]:
    """One picture and everything that is wrong with it."""
    sample, position, theme, width = name.split(":")
    problems: list[str] = []
    page.set_viewport_size({"width": int(width) + 28, "height": 900})
    page.goto(f"{address}/test/page.html?sample={sample}&position={position}&theme={theme}&width={width}")
    player = page.locator(".mg-player")
    player.wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=str(SHOTS / f"{name.replace(':', '-')}.png"), full_page=True)
    problems += page.evaluate(COLLISIONS)
    problems += axe(page)
    if page.evaluate("window.hostile === true"):
        problems.append("a name was executed")
    return problems


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """The folder `widgets`, on a free port of this machine."""
    handler = functools.partial(Quiet, directory=str(ROOT))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def main(names: list[str]) -> int:
    SHOTS.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = browser.new_page(device_scale_factor=float(os.environ.get("SCALE", "1")))
        page.on("console", lambda line: print("  console:", line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: print("  error:", error))
        for name in names:
            problems = look(page, address, name)
            wrong += len(problems)
            print(name, "ok" if not problems else "")
            for problem in problems:
                print("  -", problem)
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ALL))
