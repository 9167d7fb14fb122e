"""The place where autograd can be seen: PyTorch's autograd in Python and NumPy, played step by step in Jupyter."""

# `mg.tensor` is the function; importing the module of that name first leaves the name to it.
from minigrad.tensor import Tensor  # isort: skip

from minigrad import autograd
from minigrad.autograd import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.creation import ones, rand, randn, tensor, zeros
from minigrad.dtypes import float32, float64, int64
from minigrad.random import manual_seed

__version__ = "0.1.0"


def load_ipython_extension(ipython: object) -> None:
    """Add ``%%autograd`` to a notebook; ``%load_ext minigrad`` calls this."""
    from minigrad import jupyter

    jupyter.load(ipython)


def unload_ipython_extension(ipython: object) -> None:
    """Take ``%%autograd`` away again; ``%unload_ext minigrad`` calls this."""
    from minigrad import jupyter

    jupyter.unload(ipython)
