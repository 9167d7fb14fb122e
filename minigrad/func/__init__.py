"""Functions made of functions: derivatives and batches, that can be put inside each other."""

from minigrad.func.mapping import vmap
from minigrad.func.stateless import functional_call, stack_module_state
from minigrad.func.transforms import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, linearize, vjp

__all__ = [
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "stack_module_state",
    "vjp",
    "vmap",
]
