"""The place where autograd can be seen: PyTorch's autograd in Python and NumPy, played step by step in Jupyter."""

from math import e, inf, nan, pi

# `mg.tensor` is the function; importing the module of that name first leaves the name to it.
from minigrad.tensor import Size, Tensor  # isort: skip

from minigrad import (
    accelerator,
    amp,
    autograd,
    backends,
    creation,
    cuda,
    environment,
    fft,
    func,
    functional,
    legacy,
    linalg,
    special,
)
from minigrad import (
    serialization as serialization,
)
from minigrad.amp import GradScaler, autocast
from minigrad.autograd import enable_grad, grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.autograd import forward_ad as _forward_ad  # noqa: F401  # so that `mg.autograd.forward_ad` is there
from minigrad.autograd import functional as _functional  # noqa: F401  # so that `mg.autograd.functional` is there
from minigrad.autograd import profiler as _profiler  # noqa: F401  # as is `mg.autograd.profiler`
from minigrad.autograd.anomaly_mode import is_anomaly_check_nan_enabled, is_anomaly_enabled, set_anomaly_enabled
from minigrad.autograd.grad_mode import is_inference_mode_enabled
from minigrad.autograd.gradcheck import gradcheck as _gradcheck
from minigrad.autograd.gradcheck import gradgradcheck as _gradgradcheck
from minigrad.autograd.scope import scope
from minigrad.autograd.variable import Variable
from minigrad.creation import *
from minigrad.creation import tensor  # by name too: type checkers would take the room of that name for it
from minigrad.dtypes import (
    bfloat16,
    cdouble,
    cfloat,
    complex64,
    complex128,
    double,
    dtype,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    set_default_dtype,
    short,
    uint8,
)
from minigrad.dtypes import (
    bool_ as bool,
)
from minigrad.dtypes import (
    float_ as float,
)
from minigrad.dtypes import (
    int_ as int,
)
from minigrad.environment import *
from minigrad.func import vmap
from minigrad.functional import *
from minigrad.legacy import *
from minigrad.ops.arguments import device
from minigrad.ops.solving import inv as inverse
from minigrad.ops.solving import pinv as pinverse
from minigrad.printing import set_printoptions
from minigrad.random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from minigrad.serialization import load, save
from minigrad.show import play, record
from minigrad.storage import (
    channels_last,
    channels_last_3d,
    contiguous_format,
    layout,
    memory_format,
    preserve_format,
    strided,
)
from minigrad.utils import checkpoint as _checkpoint  # noqa: F401  # so that `mg.utils.checkpoint` is there

# As in PyTorch, `autograd.gradcheck` is the function, though a module has that name.
vars(autograd).update(gradcheck=_gradcheck, gradgradcheck=_gradgradcheck)

__all__ = [
    "Generator",
    "GradScaler",
    "Size",
    "Tensor",
    "Variable",
    "accelerator",
    "amp",
    "autocast",
    "autograd",
    "backends",
    "bfloat16",
    "bool",
    "cdouble",
    "cfloat",
    "channels_last",
    "channels_last_3d",
    "complex64",
    "complex128",
    "contiguous_format",
    "cuda",
    "default_generator",
    "device",
    "double",
    "dtype",
    "enable_grad",
    "fft",
    "float",
    "float16",
    "float32",
    "float64",
    "func",
    "get_default_dtype",
    "get_rng_state",
    "grad",
    "half",
    "inference_mode",
    "initial_seed",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "inverse",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "layout",
    "linalg",
    "load",
    "long",
    "manual_seed",
    "memory_format",
    "no_grad",
    "pinverse",
    "play",
    "preserve_format",
    "promote_types",
    "record",
    "save",
    "scope",
    "seed",
    "set_anomaly_enabled",
    "set_default_dtype",
    "set_grad_enabled",
    "set_printoptions",
    "set_rng_state",
    "short",
    "special",
    "strided",
    "tensor",
    "uint8",
    "vmap",
]

__version__ = "0.1.0"

newaxis = None  # x[:, newaxis], as in NumPy
__all__ += ["e", "inf", "nan", "newaxis", "pi"]
for _room in (creation, environment, legacy):
    __all__ += [name for name in _room.__all__ if name not in __all__]
__all__ += [name for name in vars(functional) if not name.startswith("_")]


# Tensor's methods that are functions too: `mg.relu_(x)` is `x.relu_()`.
_METHODS = (
    "abs_ acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ asin_ asinh_ atan_ atanh_ ceil_ "
    "clamp_ clamp_max_ clamp_min_ clip_ conj_physical_ cos_ cosh_ deg2rad_ detach detach_ erf_ erfc_ exp2_ exp_ "
    "expm1_ fill_ fix_ floor_ frac_ gcd_ i0_ index_put_ lcm_ ldexp_ log10_ log1p_ log2_ log_ logit_ nan_to_num_ "
    "neg_ negative_ rad2deg_ reciprocal_ relu_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ "
    "trunc_ xlogy_ zero_ "
).split()
__all__ += _METHODS

# Loaded when they are first asked for, with the room inside them that must come along: not every program needs them.
_ROOMS = {
    "distributions": "distributions",
    "draw": "draw",
    "nn": "nn",
    "optim": "optim",
    "testing": "testing",
    "trace": "trace",
    "utils": "utils.data",
}


# Names of the floors above, in the room that has each.
_ABOVE = {"exercise": "jupyter.exercise"}


_ABSENT = {
    "jit": "programs run as they are. Leave torch.jit.script and torch.jit.trace out.",
    "sparse": "tensors are dense here. Use to_dense() in PyTorch, or write zeros.",
    "sparse_coo_tensor": "tensors are dense here. Fill zeros with index_put.",
    "float8_e4m3fn": "NumPy has no such type. Use float16.",
    "float8_e5m2": "NumPy has no such type. Use float16.",
    "uint16": "PyTorch itself does little with it. Use int32.",
    "uint32": "PyTorch itself does little with it. Use int64.",
    "uint64": "PyTorch itself does little with it. Use int64.",
    "quint8": "nothing is quantised here.",
    "qint8": "nothing is quantised here.",
}


def __getattr__(name: str) -> object:
    if name in _ABOVE:
        import importlib

        return getattr(importlib.import_module(f"minigrad.{_ABOVE[name]}"), name)
    if name in _ROOMS:
        import importlib

        importlib.import_module(f"minigrad.{_ROOMS[name]}")
        return globals()[name]
    if name in _METHODS:
        return getattr(Tensor, name)
    import difflib
    import sys

    if name in _ABSENT:
        raise AttributeError(f"minigrad has no {name}: {_ABSENT[name]}", name=name, obj=sys.modules[__name__])
    near = difflib.get_close_matches(name, [*__all__, *_ROOMS, *_ABOVE], cutoff=0.7)
    hint = f" Near to it are {', '.join(near)}." if near else " What there is, dir(minigrad) lists."
    raise AttributeError(f"module 'minigrad' has no attribute '{name}'.{hint}", name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS, *_ABOVE, *_METHODS})


def load_ipython_extension(ipython: object) -> None:
    """Add ``%%autograd`` to a notebook; ``%load_ext minigrad`` calls this."""
    from minigrad import jupyter

    jupyter.load(ipython)


def unload_ipython_extension(ipython: object) -> None:
    """Take ``%%autograd`` away again; ``%unload_ext minigrad`` calls this."""
    from minigrad import jupyter

    jupyter.unload(ipython)
