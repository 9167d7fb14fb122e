"""Print how fast a forward and a backward pass are, against NumPy by hand and PyTorch with one thread.

    python tests/benchmarks/speed.py            # a few seconds a row
    python tests/benchmarks/speed.py --million  # and a chain of a million nodes: seconds, bytes a node

Machines are noisy, so each row runs its contestants in turns in one process and compares their best times.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from types import ModuleType

import numpy as np

import minigrad as mg

try:
    import torch
except ModuleNotFoundError:
    torch = None

Program = Callable[[], object]


def three_ops(t: ModuleType) -> Program:
    """z = (w*x + b).sum(), on three numbers."""
    w = t.tensor([2.0, -1.0, 0.5], requires_grad=True)
    x = t.tensor([1.0, 3.0, -2.0], requires_grad=True)
    b = t.tensor(0.5, requires_grad=True)

    def run() -> None:
        (w * x + b).sum().backward()

    return run


def three_ops_by_hand() -> Program:
    w, x, b = np.float32([2, -1, 0.5]), np.float32([1, 3, -2]), np.float32(0.5)

    def run() -> object:
        z = (w * x + b).sum()
        ones = np.full(3, 1, np.float32)
        return z, ones * x, ones * w, ones.sum()

    return run


def x_squared_exp(t: ModuleType) -> Program:
    """y = x² eˣ, on 3 × 4 numbers."""
    x = t.randn(3, 4, requires_grad=True)
    ones = t.ones(3, 4)

    def run() -> None:
        (x**2 * t.exp(x)).backward(ones)

    return run


def x_squared_exp_by_hand() -> Program:
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)

    def run() -> object:
        e = np.exp(x)
        return x**2 * e, 2 * x * e + x**2 * e

    return run


def chain(t: ModuleType) -> Program:
    """A chain of 1,000 products."""
    x = t.tensor([1.0, 2.0, 3.0], requires_grad=True)

    def run() -> None:
        y = x
        for _ in range(1000):
            y = y * 1.0001
        y.sum().backward()

    return run


def chain_by_hand() -> Program:
    x = np.float32([1, 2, 3])

    def run() -> object:
        y, g = x, np.ones(3, np.float32)
        for _ in range(1000):
            y = y * 1.0001
        for _ in range(1000):
            g = g * 1.0001
        return y, g

    return run


def mlp_step(t: ModuleType) -> Program:
    """A step of gradient descent for a small network: 64 × 16 → 32 → 1."""
    t.manual_seed(0)
    x, target = t.randn(64, 16), t.randn(64, 1)
    w1, w2 = t.randn(16, 32, requires_grad=True), t.randn(32, 1, requires_grad=True)
    b1, b2 = t.zeros(32, requires_grad=True), t.zeros(1, requires_grad=True)
    weights = [w1, b1, w2, b2]

    def run() -> None:
        hidden = (x @ w1 + b1).tanh()
        loss = ((hidden @ w2 + b2 - target) ** 2).mean()
        loss.backward()
        with t.no_grad():
            for w in weights:
                w -= 0.001 * w.grad
                w.grad = None

    return run


def mlp_step_by_hand() -> Program:
    rng = np.random.default_rng(0)
    x, target, w1, w2 = (rng.normal(size=s).astype(np.float32) for s in ((64, 16), (64, 1), (16, 32), (32, 1)))
    b1, b2 = np.zeros(32, np.float32), np.zeros(1, np.float32)

    def run() -> None:
        h = np.tanh(x @ w1 + b1)
        error = h @ w2 + b2 - target
        g = error * (2 / error.size)
        gh = (g @ w2.T) * (1 - h * h)
        for w, gw in ((w1, x.T @ gh), (b1, gh.sum(0)), (w2, h.T @ g), (b2, g.sum(0))):
            w -= 0.001 * gw

    return run


ROWS = [
    ("(w*x+b).sum()", three_ops, three_ops_by_hand, 2000),
    ("x² eˣ, 3 × 4", x_squared_exp, x_squared_exp_by_hand, 2000),
    ("chain of 1,000", chain, chain_by_hand, 4),
    ("MLP step, 64 × 16 → 32 → 1", mlp_step, mlp_step_by_hand, 500),
]


def best_times(programs: list[Program], number: int, rounds: int = 15) -> list[float]:
    """Return each program's best time a run, in microseconds; they take turns."""
    best = [float("inf")] * len(programs)
    for program in programs:
        program()
    for _ in range(rounds):
        for i, program in enumerate(programs):
            start = time.perf_counter()
            for _ in range(number):
                program()
            best[i] = min(best[i], (time.perf_counter() - start) / number * 1e6)
    return best


def million(n: int = 1_000_000) -> None:
    """Print seconds and bytes a node for a long chain, with the garbage collector on."""
    x = mg.tensor([1.0], requires_grad=True)
    gc.collect()
    start = time.perf_counter()
    y = x
    for _ in range(n):
        y = y * 1.0
    forward = time.perf_counter() - start
    start = time.perf_counter()
    y.sum().backward()
    backward = time.perf_counter() - start
    start = time.perf_counter()
    del y
    dropped = time.perf_counter() - start
    print(f"\nA chain of {n:,} nodes: forward {forward:.1f} s, backward {backward:.1f} s, dropped in {dropped:.1f} s")
    tracemalloc.start()
    y = x
    for _ in range(n // 10):
        y = y * 1.0
    print(f"Memory: {tracemalloc.get_traced_memory()[0] / (n // 10):.0f} bytes a node")
    tracemalloc.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--million", action="store_true", help="also build and run a chain of a million nodes")
    options = parser.parse_args()
    if torch is not None:
        torch.set_num_threads(1)
    head = (
        f"{'forward + backward':30}{'minigrad':>12}{'NumPy by hand':>16}{'PyTorch':>12}{'× NumPy':>10}{'× PyTorch':>11}"
    )
    print(f"{head}\n{'':30}{'µs':>12}{'µs':>16}{'µs':>12}")
    for name, program, by_hand, number in ROWS:
        times = best_times([program(mg), by_hand(), *([program(torch)] if torch is not None else [])], number)
        ours, numpy = times[:2]
        theirs = f"{times[2]:12.1f}{ours / numpy:10.2f}{ours / times[2]:11.2f}" if torch is not None else f"{'—':>12}"
        print(f"{name:30}{ours:12.1f}{numpy:16.1f}{theirs}")
    if torch is None:
        print("PyTorch is not installed here, so that column is empty.", file=sys.stderr)
    if options.million:
        million()


if __name__ == "__main__":
    main()
