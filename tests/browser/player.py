"""A player in a page, and the hands and eyes of the person before it."""

from pathlib import Path

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")


class Player:
    """What a person sees of a player and does with it."""

    def __init__(self, root):
        self.root = root  # the host, which carries what scripts may ask; all else is in its shadow
        self.card = root.locator(".mg-card")
        self.page = root.page
        self.steps = int(root.get_attribute("data-steps"))

    @property
    def position(self):
        return int(self.root.get_attribute("data-position"))

    @property
    def counter(self):
        return self.root.locator(".mg-step").first.inner_text()

    def begin(self):
        """Go to the start, which also pauses; the keyboard is then in the player."""
        self.card.focus()
        self.key("Home")

    def press(self, button):
        self.root.locator(f".mg-{button}").first.click()

    def key(self, name):
        self.page.keyboard.press(name)

    def wait_for(self, position):
        self.page.wait_for_function(
            "([root, position]) => root.dataset.position === String(position)",
            arg=[self.root.element_handle(), position],
        )

    def settle(self):
        """Wait until nothing moves: the traveller of the step has come to rest."""
        self.page.wait_for_function(
            "card => !card.matches('.mg-moving') && card.getAnimations({subtree: true}).length === 0",
            arg=self.card.element_handle(),
        )

    def positions(self):
        """Walk through every position, each as the still picture that it comes to rest at."""
        self.begin()
        for position in range(self.steps + 1):
            if position:
                self.press("forward")
            assert self.position == position
            self.settle()
            yield position

    def ask(self, question):
        """Return what is wrong with the picture at hand; the questions are those of look.js."""
        return self.root.evaluate(f"root => {{ {LOOK}\nreturn {question}(root); }}")

    def wrong(self, *questions):
        """Return what is wrong with any of the pictures from start to end."""
        return self.root.evaluate(f"root => {{ {LOOK}\nreturn walk(root, [{', '.join(questions)}]); }}")
