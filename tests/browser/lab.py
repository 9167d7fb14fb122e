"""A JupyterLab of the tests' own, and notebooks in it, opened in headless Chromium as a person would open them."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, Route

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
]
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "notebook-extension/tracker": {"windowingMode": "none"},  # every cell is in the page, however far down
    "docmanager-extension/plugin": {"autosave": False},
}
# What JupyterLab says in a page that holds nothing of ours; and what anywidget says of any model that takes more than
# two seconds on a busy machine: whether the widget then comes is asked of the page itself.
NOISE = re.compile(
    r"favicon|ResizeObserver loop|Blocked aria-hidden|lab/api/workspaces|api/contents/.*checkpoints"
    r"|\[anywidget\] Failed to initialize model"
)

# JavaScript: the panel of the open notebook, and questions about it.
PANEL = "[...window.jupyterapp.shell.widgets('main')].find(w => w.content?.model?.cells)"
READY = f"""() => {{
  const panel = window.jupyterapp?.shell && {PANEL};
  const kernel = panel?.context.isReady && panel.sessionContext.isReady && panel.sessionContext.session?.kernel;
  return kernel && kernel.status === 'idle' && kernel.connectionStatus === 'connected';
}}"""
RUN_ALL = f"""async () => {{
  window.jupyterapp.shell.activateById({PANEL}.id);
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
}}"""
IDLE = f"""() => {PANEL}.sessionContext.session.kernel.status === 'idle'
  && ![...document.querySelectorAll('.jp-InputPrompt')].some(prompt => prompt.textContent.includes('[*]'))"""
# One row for each widget view in the notebook's outputs, and whether it is in the page.
WIDGETS = f"""() => {PANEL}.content.widgets.flatMap((cell, number) => {{
  const area = cell.outputArea, rows = [];
  const bad = /Error displaying widget|Loading widget|model not found|Failed to load|Error creating widget/i;
  for (let k = 0; area && k < area.model.length; k++) {{
    if (!('application/vnd.jupyter.widget-view+json' in area.model.get(k).data)) continue;
    const view = area.widgets[k]?.node.querySelector('.jp-OutputArea-output');
    const text = view?.innerText ?? '', filled = view?.clientHeight > 0 && view.querySelectorAll('*').length > 1;
    rows.push({{cell: number, shown: filled && !bad.test(text), text: text.slice(0, 200)}});
  }}
  return rows;
}})"""
PLAYERS = """count => {
  const players = [...document.querySelectorAll('.mg-player')];
  return players.length === count && players.every(player => player.shadowRoot?.querySelector('.mg-card'));
}"""
CHANGE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"


def chromium_path() -> str | None:
    """Return where Chromium is on this machine, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, server: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a server that was started listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"nobody listens at port {port}") from None
            time.sleep(0.2)


class Lab:
    """A JupyterLab server on 127.0.0.1 with a random token, whose every folder lies in ``folder``.

    It is that of the Python that runs here, or of another one.
    """

    def __init__(self, folder: Path, python: str = sys.executable) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        for name, value in SETTINGS.items():
            file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(value))
        self.token = secrets.token_hex(16)
        self.address = f"http://127.0.0.1:{free_port()}"
        self.log = folder / "server.log"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")} | {
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        self.environment.pop("MPLBACKEND", None)  # the kernel chooses its own
        command = [
            *(python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            f"--ServerApp.port={urlsplit(self.address).port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",  # of Notebook 7, which the same server serves
            "--LabApp.extension_manager=readonly",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.wait_until_it_answers(seconds=60)

    def wait_until_it_answers(self, seconds: float) -> None:
        request = urllib.request.Request(f"{self.address}/api/status", headers={"Authorization": f"token {self.token}"})
        end = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(request, timeout=2).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.stop()
                    raise RuntimeError(f"JupyterLab does not answer:\n{self.log.read_text()[-2000:]}") from None
                time.sleep(0.2)

    def trust(self, name: str) -> None:
        """Sign a notebook as it is stored, as a person does who trusts it."""
        command = [sys.executable, "-m", "jupyter", "trust", str(self.root / name)]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def stop(self) -> None:
        """End the server; it ends its kernels, which also end by themselves when their parent is gone."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Notebook:
    """One notebook, open in a page that reaches no other host than 127.0.0.1."""

    def __init__(self, lab: Lab, browser: Browser, name: str, place: str = "lab/tree", **context: Any) -> None:
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **context})
        self.context.set_default_timeout(20_000)
        self.context.route("**/*", self._keep_inside)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(f"page: {error.stack or error}"))
        self.page.on("response", self._look)
        self.page.goto(f"{lab.address}/{place}/{quote(name)}?reset&token={lab.token}", wait_until="domcontentloaded")
        self.page.wait_for_function(READY, timeout=60_000)

    def _keep_inside(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.scheme in {"data", "blob"} or url.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort("blockedbyclient")

    def _note(self, text: str) -> None:
        if not NOISE.search(text):
            self.errors.append(text[:600])

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} {message.location.get('url', '')}")

    def _look(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"http {response.status}: {urlsplit(response.url).path}")

    def reload(self) -> None:
        """Load the page anew; the kernel goes on."""
        self.page.reload(wait_until="domcontentloaded")
        self.page.wait_for_function(READY, timeout=60_000)

    def run_all(self) -> None:
        """Run every cell by the front end's own command, until the kernel is idle and the widgets have come."""
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function(IDLE, timeout=120_000)
        self.page.wait_for_function(f"() => ({WIDGETS})().every(row => row.shown)")

    def wait_for_players(self, count: int) -> None:
        """Wait until that many players are in the page, neither more nor less: a busy machine takes its time."""
        self.page.wait_for_function(PLAYERS, arg=count, timeout=90_000)

    def widgets(self) -> list[dict[str, Any]]:
        """Return a row for each widget view in the outputs: its cell, whether it is shown, and its text."""
        return list(self.page.evaluate(WIDGETS))

    def cells(self) -> list[dict[str, Any]]:
        """Return the cells as the front end has them, outputs included."""
        return list(self.page.evaluate(f"() => {PANEL}.context.model.toJSON().cells"))

    def cell_errors(self) -> list[str]:
        """Return the errors in the outputs of cells that do not announce one by the tag ``raises-exception``."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.cells()
            if "raises-exception" not in cell["metadata"].get("tags", [])
            for output in cell.get("outputs", [])
            if output["output_type"] == "error"
        ]

    def cursor(self) -> list[Any]:
        """Return which cell is active, the mode ("edit" or "command") and the number of cells."""
        content = f"{PANEL}.content"
        question = f"[{content}.activeCellIndex, {content}.mode, {content}.model.cells.length]"
        return list(self.page.evaluate(question))

    def use_theme(self, name: str) -> None:
        """Change to the theme "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(CHANGE_THEME, name)
        light = str("Light" in name).lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")  # it covers the page while themes change

    def player(self, number: int = 0) -> Locator:
        return self.page.locator(".mg-player").nth(number)

    def close(self) -> None:
        self.context.close()
