"""Take pictures of a player in a real JupyterLab, light and dark.

python tests/browser/picture.py FOLDER [--notebook 00-start-here.ipynb] [--player 0] [--title MulBackward0]
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.lab import CHROMIUM, Lab, Notebook, chromium_path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--notebook", default="00-start-here.ipynb")
    parser.add_argument("--player", type=int, default=0, help="which of the notebook's players, from 0")
    parser.add_argument("--title", default="MulBackward0", help="the first step of this title is shown")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM)
        lab = Lab(Path(folder))
        try:
            shutil.copytree(NOTEBOOKS, lab.root, dirs_exist_ok=True)
            looks = {"viewport": {"width": 1640, "height": 1100}, "device_scale_factor": 2, "reduced_motion": "reduce"}
            notebook = Notebook(lab, chromium, arguments.notebook, **looks)
            notebook.run_all()
            player = notebook.player(arguments.player)
            while player.locator(".mg-title").first.inner_text().split()[0] != arguments.title:
                if player.get_attribute("data-position") == player.get_attribute("data-steps"):
                    sys.exit(f"no step is called {arguments.title}")
                player.locator(".mg-forward").first.click()
            for name in ("light", "dark"):
                notebook.use_theme(f"JupyterLab {name.title()}")
                notebook.page.mouse.move(0, 0)
                player.screenshot(path=arguments.folder / f"player-{name}.png")
        finally:
            lab.stop()
            chromium.close()


if __name__ == "__main__":
    main()
