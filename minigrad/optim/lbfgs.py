"""L-BFGS: steps along the gradient, corrected by what the last steps showed of the curvature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.autograd.grad_mode import enable_grad, no_grad
from minigrad.creation import zeros_like
from minigrad.ops.joining import cat
from minigrad.optim.line_search import Point, strong_wolfe
from minigrad.optim.optimizer import Optimizer, check_at_least_zero

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """Quasi-Newton steps, of a fixed length or as long as a line search finds best.

    Parameters
    ----------
    params : iterable of Tensor
        What to optimize, in one group.
    lr : float
        The length of a step; 1 is Newton's.
    max_iter : int
        The most iterations in one ``step``.
    max_eval : int, optional
        The most evaluations in one ``step``; ``max_iter * 5 // 4``, if left out.
    tolerance_grad, tolerance_change : float
        When to stop: the gradient is so small, or loss and parameters change so little.
    history_size : int
        How many steps are remembered.
    line_search_fn : {None, "strong_wolfe"}
        Whether a step has the length ``lr``, or one at which the loss is lower and its slope flatter by enough.

    Raises
    ------
    ValueError
        If there are several groups.
    RuntimeError
        If there is no such line search.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, algorithm 7.4, doi:10.1007/978-0-387-40065-5.

    Examples
    --------
    >>> w = mg.tensor([2.0], requires_grad=True)
    >>> optimizer = mg.optim.LBFGS([w])
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (w * w).sum()
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure)
    tensor(4., grad_fn=<SumBackward0>)
    >>> bool(w.abs() < 1e-5)
    True
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check_at_least_zero(learning__rate=lr)
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    def _gradient(self) -> Any:
        """Return all gradients as one vector."""
        return cat([(zeros_like(p) if p._grad is None else p._grad).reshape(-1) for p in self._params])

    def _move(self, t: float, direction: Any) -> None:
        """Change the parameters by ``t`` times a direction."""
        start = 0
        for p in self._params:
            end = start + p.numel()
            p.add_(direction[start:end].view(p.shape), alpha=t)
            start = end

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take up to ``max_iter`` steps.

        Parameters
        ----------
        closure : callable
            It computes the loss anew, with its gradients, and returns it.

        Returns
        -------
        Tensor
            The loss at the start.
        """
        if closure is None:
            raise TypeError("LBFGS.step() missing 1 required positional argument: 'closure'")
        with no_grad():
            return self._steps(closure)

    def _steps(self, closure: Callable[[], Any]) -> Any:
        group = self.param_groups[0]
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)

        def evaluate() -> Any:
            state["func_evals"] += 1
            with enable_grad():
                return closure()

        first = evaluate()
        loss, evals = float(first), 1
        flat = self._gradient()
        if float(flat.abs().max()) <= group["tolerance_grad"]:
            return first
        iterations = 0
        while iterations < group["max_iter"]:
            iterations += 1
            state["n_iter"] += 1
            self._turn(state, flat, group["history_size"])
            state["prev_flat_grad"], before = flat.clone(), loss
            t = group["lr"]
            if state["n_iter"] == 1:
                t = min(1.0, 1.0 / float(flat.abs().sum())) * t
            slope = float((flat * state["d"]).sum())
            if slope > -group["tolerance_change"]:
                break
            if group["line_search_fn"] is not None:
                start = Point(0.0, loss, flat, slope)
                found, tries = self._search(evaluate, t, start, group["max_eval"] - evals)
                t, loss, flat = found.t, found.loss, found.gradient
                self._move(t, state["d"])
                evals += tries
            else:
                self._move(t, state["d"])
                if iterations != group["max_iter"]:
                    loss = float(evaluate())
                    evals += 1
                    flat = self._gradient()
            state["t"] = t
            if (
                evals >= group["max_eval"]
                or float(flat.abs().max()) <= group["tolerance_grad"]
                or float((state["d"] * t).abs().max()) <= group["tolerance_change"]
                or abs(loss - before) < group["tolerance_change"]
            ):
                break
        return first

    def _search(self, evaluate: Callable[[], Any], t: float, start: Point, most: int) -> tuple[Point, int]:
        """Return where along the direction to go, and how many evaluations that took; nothing has moved then."""
        if self.param_groups[0]["line_search_fn"] != "strong_wolfe":
            raise RuntimeError("only 'strong_wolfe' is supported")
        direction, kept = self.state[self._params[0]]["d"], [p.clone() for p in self._params]

        def at(t: float) -> Point:
            self._move(t, direction)
            loss = float(evaluate())
            gradient = self._gradient()
            for p, value in zip(self._params, kept, strict=True):
                p.copy_(value)
            return Point(t, loss, gradient, float((gradient * direction).sum()))

        return strong_wolfe(at, t, start, float(direction.abs().max()), most)

    def _turn(self, state: dict[str, Any], flat: Any, history_size: int) -> None:
        """Work out the next direction from the gradient and the remembered steps."""
        if state["n_iter"] == 1:
            state.update(d=-flat, old_dirs=[], old_stps=[], ro=[], H_diag=1)
            return
        dirs, steps, ro = state["old_dirs"], state["old_stps"], state["ro"]
        y, s = flat - state["prev_flat_grad"], state["d"] * state["t"]
        curvature = float((y * s).sum())
        if curvature > 1e-10:
            if len(dirs) == history_size:
                for row in (dirs, steps, ro):
                    row.pop(0)
            dirs.append(y)
            steps.append(s)
            ro.append(1.0 / curvature)
            state["H_diag"] = curvature / float((y * y).sum())
        q, shares = -flat, []
        for y, s, r in zip(reversed(dirs), reversed(steps), reversed(ro), strict=True):
            share = float((s * q).sum()) * r
            shares.append(share)
            q = q - share * y
        d = q * state["H_diag"]
        for y, s, r, share in zip(dirs, steps, ro, reversed(shares), strict=True):
            d = d + s * (share - float((y * d).sum()) * r)
        state["d"] = d
