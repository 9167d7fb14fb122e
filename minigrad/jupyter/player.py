"""The player as a widget: the front end plays the document; a picture and a table stand in where there is none."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Mapping
from typing import Any, Literal

import anywidget
import traitlets

from minigrad import draw, trace
from minigrad.jupyter import bundle
from minigrad.trace.collection import paused_collection

ESM = bundle.find()

LARGE = 200  # steps; a document of more travels, and is stored, as compressed bytes
Theme = Literal["auto", "light", "dark"]
LISTENERS: list[Callable[[Player], None]] = []  # who hears of each player that is shown


@paused_collection()
def _sent(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document as the front end is sent it: as it is, or, if it is large, its JSON as compressed bytes.

    The same document gives the same bytes.
    """
    if len(document.get("steps", ())) <= LARGE:
        return document
    text = trace.to_json(dict(document))
    return {"format": "minigrad.play+gzip", "data": gzip.compress(text.encode(), compresslevel=3, mtime=0)}


class Player(anywidget.AnyWidget):
    """A play document in the notebook, paused at a step.

    Parameters
    ----------
    document : dict
        What is played, with its positions: ``draw.place(trace.play_document(...))``.
    position : int
        The step to stand at: 0 is before the first one.
    theme : {"auto", "light", "dark"}
        The colours; ``"auto"`` follows the notebook's.

    Examples
    --------
    >>> with trace.record() as recording:
    ...     x = mg.tensor(3.0, requires_grad=True)
    ...     (x * x).backward()
    >>> player = Player(draw.place(trace.play_document(recording)))
    >>> player.position = 3  # every view of it goes there
    """

    # Its text and not its path: anywidget would listen to the file for each player, and so hold all there ever were.
    _esm = ESM.read_text(encoding="utf-8") if ESM else "export default { render() {} };"

    document = traitlets.Dict().tag(sync=True, to_json=lambda document, _: _sent(document))
    position = traitlets.Int(0, min=0).tag(sync=True)
    theme = traitlets.Enum(["auto", "light", "dark"], "auto").tag(sync=True)

    def __init__(self, document: Mapping[str, Any], position: int = 0, theme: Theme = "auto", **traits: Any) -> None:
        super().__init__(document=dict(document), position=position, theme=theme, **traits)

    def __repr__(self) -> str:
        return trace.step_table(self.document)

    def close(self) -> None:
        """Take the player off every page, and give its memory back; who shows it again opens it again."""
        super().close()
        self.__dict__.pop("_repr_mimebundle_", None)  # ipywidgets leaves None there, so that nothing would be shown

    def _repr_mimebundle_(self, **wanted: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if self.comm is None and ESM:
            self.open()  # it was closed with the cell that showed it, and is shown again
        for listener in LISTENERS:
            listener(self)
        # In a checkout whose front end was never built there is no widget to show: the stand-ins remain.
        data, metadata = (ESM and super()._repr_mimebundle_(**wanted)) or ({}, {})
        theme: Theme = self.theme  # type: ignore[assignment]  # traitlets knows a string
        data |= stand_ins(self.document, theme, **wanted)
        if "image/png" in data:
            metadata = {**metadata, "image/png": {"alt": alternative(self.document)}}
        return data, metadata


def stand_ins(document: Mapping[str, Any], theme: Theme = "auto", **wanted: Any) -> dict[str, str]:
    """Return what is shown where no widget can be: a picture of the end of the run, and the table of its steps.

    Parameters
    ----------
    document : mapping
        A play document with positions.
    theme : {"auto", "light", "dark"}
        The picture's colours; ``"auto"`` is light.
    **wanted
        ``include`` and ``exclude``, as IPython passes them: the picture is drawn only where somebody takes it.

    Returns
    -------
    dict
        ``image/png`` in base64, and ``text/plain``.
    """
    data = {"text/plain": trace.step_table(document)}
    if _takes_pictures(**wanted):
        picture = draw.png(document, theme="dark" if theme == "dark" else "light")
        data["image/png"] = base64.b64encode(picture).decode("ascii")
    return data


def alternative(document: Mapping[str, Any]) -> str:
    """Return what is read out in the place of a picture of a document."""
    title = document["title"]
    return str(document["words"]["graph"]).replace("{code}", title["code"] or title["call"] or "…")


def _takes_pictures(include: Any = None, exclude: Any = None, **_: Any) -> bool:
    """Return whether a PNG would be shown or stored: a terminal takes text alone."""
    from IPython import get_ipython

    shell = get_ipython()
    active = shell is None or "image/png" in shell.display_formatter.active_types
    return active and (not include or "image/png" in include) and "image/png" not in (exclude or ())
