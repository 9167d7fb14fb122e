"""``import minigrad.as_torch``: after it, ``import torch`` means minigrad, in a process of its own."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(code: str) -> str:
    program = textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_spelling_of_an_import_means_minigrad():
    out = run("""
        import minigrad.as_torch
        import minigrad
        import torch
        import torch.nn as nn
        import torch.nn.functional as F
        import torch.optim as optim
        import torch.optim.lr_scheduler
        import torch.autograd.functional
        import torch.utils.data
        from torch import nn as same, Tensor, no_grad
        from torch.autograd import Variable, Function
        from torch.nn.modules.linear import Linear
        from torch.nn.utils import clip_grad_norm_
        from torch.optim.lr_scheduler import StepLR
        from torch.utils.data import DataLoader, TensorDataset
        print(torch is minigrad, nn is same is minigrad.nn is torch.nn, F is minigrad.nn.functional)
        print(optim is minigrad.optim, torch.autograd is minigrad.autograd)
        print(Linear is minigrad.nn.Linear is nn.Linear, StepLR is minigrad.optim.lr_scheduler.StepLR)
        print(minigrad.nn.__name__, minigrad.nn.__spec__.name, torch.__version__ == minigrad.__version__)
        """)
    assert out.splitlines() == ["True True True", "True True", "True True", "minigrad.nn minigrad.nn True"]


def test_classes_print_as_pytorchs():
    out = run("""
        import minigrad.as_torch
        import torch
        print(type(torch.ones(1)), torch.Size, type(torch.nn.Linear(1, 1)), type(torch.nn.Parameter()))
        print(type(torch.optim.SGD([torch.ones(1)])), torch.float32, torch.nn.Module)
        """)
    assert out == (
        "<class 'torch.Tensor'> <class 'torch.Size'> <class 'torch.nn.modules.linear.Linear'> "
        "<class 'torch.nn.parameter.Parameter'>\n"
        "<class 'torch.optim.sgd.SGD'> torch.float32 <class 'torch.nn.modules.module.Module'>\n"
    )


def test_importing_a_module_leaves_a_function_of_its_name():
    out = run("""
        import minigrad.as_torch
        import torch
        import torch.autograd.gradcheck
        from torch.autograd.gradcheck import GradcheckError, gradgradcheck
        import torch.special
        import torch.backends.cudnn as cudnn
        cudnn.benchmark = True
        print(torch.autograd.gradcheck(torch.sin, torch.ones(2, dtype=torch.float64, requires_grad=True)))
        print(torch.autograd.gradgradcheck is gradgradcheck, torch.backends.cudnn.is_available(), cudnn.benchmark)
        """)
    assert out.splitlines() == ["True", "True False True"]


def test_what_is_not_there_is_refused_by_name():
    out = run("""
        import minigrad.as_torch
        import torch
        for line in ("import torch._dynamo", "import torch.nn.quantized", "import torch.tensor", "torch.fooo"):
            try:
                exec(line)
            except (ImportError, AttributeError) as error:
                print(type(error).__name__, error)
        print(callable(torch.tensor))
        """)
    lines = out.splitlines()
    assert lines[0].startswith("ModuleNotFoundError No module named 'torch._dynamo': torch is minigrad here")
    assert lines[1].startswith("ModuleNotFoundError No module named 'torch.nn.quantized'")
    assert lines[2].startswith("ModuleNotFoundError No module named 'torch.tensor'")
    assert lines[3].startswith("AttributeError module 'minigrad' has no attribute 'fooo'")
    assert lines[4] == "True"


def test_it_refuses_when_the_real_torch_was_imported_first():
    pytest.importorskip("torch")
    out = run("""
        import torch
        try:
            import minigrad.as_torch
        except ImportError as error:
            print(error)
        """)
    assert out.startswith("the real torch is already imported")


def test_a_program_written_for_pytorch_runs_unchanged():
    out = run("""
        import minigrad.as_torch
        import torch
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = (x ** 2).sum()
        y.backward()
        print(y, x.grad, y.grad_fn.name())
        """)
    assert out == "tensor(5., grad_fn=<SumBackward0>) tensor([2., 4.]) SumBackward0\n"


def test_minigrads_own_imports_stay_as_they_are():
    out = run("""
        import sys
        import minigrad
        print("minigrad.as_torch" in sys.modules, "torch" in sys.modules)
        """)
    assert out == "False False\n"
