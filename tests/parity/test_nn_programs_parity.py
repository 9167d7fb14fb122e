"""Small programs around networks: what they print is what PyTorch prints."""

import contextlib
import importlib
import io
import re
import warnings

import pytest

import minigrad as mg  # noqa: F401  # a program imports parts of it by name

torch = pytest.importorskip("torch")

PROGRAMS = {
    "global hooks run before a module's own": """
from torch.nn.modules import module as m
net = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
net[0].register_forward_hook(lambda mod, args, out: print("own after", out.sum()))
net[0].register_forward_pre_hook(lambda mod, args: print("own before"))
handles = [
    m.register_module_forward_pre_hook(lambda mod, args: print("before", type(mod).__name__)),
    m.register_module_forward_hook(lambda mod, args, out: out * 2 if isinstance(mod, nn.Tanh) else None),
    m.register_module_forward_hook(lambda mod, args, kw, out: print("after", kw, out.shape), with_kwargs=True),
    m.register_module_full_backward_pre_hook(lambda mod, grad: print("pre", type(mod).__name__, grad)),
    m.register_module_full_backward_hook(lambda mod, gin, gout: print("post", type(mod).__name__, gin, gout)),
]
x = torch.ones(1, 2, requires_grad=True)
net(x).sum().backward()
for handle in handles:
    handle.remove()
print(net(x), x.grad)
""",
    "a global hook is called after an error if it asks to be": """
from torch.nn.modules import module as m
with m.register_module_forward_hook(lambda mod, args, out: print("told", out), always_call=True):
    try:
        nn.Linear(2, 2)(torch.ones(3))
    except RuntimeError as e:
        print("raised")
def bad(mod, args, out):
    raise ValueError("bad")
layer = nn.Linear(2, 2)
layer.register_forward_hook(bad, always_call=True)
try:
    layer(torch.ones(3))
except RuntimeError:
    print("the first error")
""",
    "registration hooks see and replace": """
from torch.nn.modules import module as m
handles = [
    m.register_module_parameter_registration_hook(lambda mod, name, p: print("parameter", type(mod).__name__, name)),
    m.register_module_buffer_registration_hook(lambda mod, name, b: print("buffer", name, b)),
    m.register_module_module_registration_hook(lambda mod, name, c: nn.Tanh() if isinstance(c, nn.ReLU) else None),
]
print(nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.BatchNorm1d(1)))
for handle in handles:
    handle.remove()
print(nn.Sequential(nn.ReLU()))
""",
    "a backward hook of old sees the node of the output": """
layer = nn.Linear(2, 2)
layer.register_backward_hook(lambda mod, gin, gout: print([None if g is None else tuple(g.shape) for g in gin], gout))
x = torch.ones(3, 2, requires_grad=True)
layer(x).sum().backward()
try:
    layer.register_full_backward_hook(print)
except RuntimeError as e:
    print(e)
""",
    "a state may hold more than tensors": """
class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.w, self.count = nn.Parameter(torch.zeros(1)), 3
    def get_extra_state(self):
        return {"count": self.count}
    def set_extra_state(self, state):
        self.count = state["count"]
net = nn.Sequential(Counter(), nn.Linear(1, 1))
net.register_state_dict_pre_hook(lambda mod, prefix, keep: print("asked", repr(prefix), keep))
state = net.state_dict()
print(list(state), state["0._extra_state"])
state["0._extra_state"] = {"count": 8}
print(net.load_state_dict(state), net[0].count)
del state["0._extra_state"]
try:
    net.load_state_dict(state)
except RuntimeError as e:
    print(e)
net.set_submodule("1", nn.ReLU())
print(net)
""",
    "pruning, as in PyTorch's tutorial": """
import torch.nn.utils.prune as prune
module = nn.Conv2d(1, 3, 2)
prune.random_unstructured(module, name="weight", amount=0.3)
print([n for n, _ in module.named_parameters()], dict(module.named_buffers()))
print(module.weight, list(module._forward_pre_hooks.values()))
prune.l1_unstructured(module, name="bias", amount=1)
print(module.bias)
prune.ln_structured(module, name="weight", amount=0.5, n=2, dim=0)
print(module.weight)
for hook in module._forward_pre_hooks.values():
    if hook._tensor_name == "weight":
        break
print([type(h).__name__ for h in hook], list(module.state_dict()))
module(torch.ones(1, 1, 3, 3)).sum().backward()
print(module.weight_orig.grad)
prune.remove(module, "weight")
print(list(module.named_parameters()), prune.is_pruned(module))
""",
    "pruning of several parameters at once, at random, by a mask": """
import torch.nn.utils.prune as prune
net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
pairs = [(net[0], "weight"), (net[1], "weight")]
prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=0.4)
prune.global_unstructured(pairs, pruning_method=prune.RandomUnstructured, amount=2)
print(net[0].weight_mask, net[1].weight_mask)
prune.random_structured(net[1], "weight", amount=1, dim=1)
prune.custom_from_mask(net[0], "bias", torch.tensor([0, 1, 0]))
prune.identity(net[1], "bias")
print(net[1].weight, net[0].bias, net[1].bias, net(torch.ones(1, 4)))
for action in [
    lambda: prune.remove(nn.Linear(1, 1), "weight"),
    lambda: prune.l1_unstructured(nn.Linear(1, 1), "weight", amount=5),
    lambda: prune.l1_unstructured(nn.Linear(1, 1), "weight", amount=1.5),
    lambda: prune.l1_unstructured(nn.Linear(1, 1), "weight", amount="all"),
    lambda: prune.ln_structured(nn.Linear(1, 1), "bias", amount=1, n=2, dim=0),
    lambda: prune.global_unstructured(pairs, pruning_method=prune.LnStructured, amount=1, n=2),
]:
    try:
        action()
    except Exception as e:
        print(type(e).__name__, e)
""",
    "a convolution takes the batch norm after it in": """
conv, bn = nn.Conv2d(2, 3, 2, bias=False), nn.BatchNorm2d(3)
with torch.no_grad():
    bn(conv(torch.randn(4, 2, 3, 3)))
fused = nn.utils.fuse_conv_bn_eval(conv.eval(), bn.eval())
print(fused, fused.weight, fused.bias)
up = nn.utils.fuse_conv_bn_eval(nn.ConvTranspose2d(2, 3, 2).eval(), bn, transpose=True)
line = nn.utils.fuse_linear_bn_eval(nn.Linear(2, 3).eval(), nn.BatchNorm1d(3).eval())
print(up.weight, line.bias)
try:
    nn.utils.fuse_conv_bn_eval(conv.train(), bn)
except AssertionError as e:
    print(e)
""",
    "attention as a function": """
F = nn.functional
x, y = torch.randn(3, 2, 4), torch.randn(5, 2, 4)
w, b, out = torch.randn(12, 4), torch.randn(12), torch.randn(4, 4, requires_grad=True)
k, v = torch.randn(1, 1, 4), torch.randn(1, 1, 4)
mask, padding = torch.ones(3, 5).triu(2).bool(), torch.tensor([[False] * 5, [False, True] * 2 + [False]])
for more in [dict(), dict(attn_mask=mask), dict(key_padding_mask=padding), dict(average_attn_weights=False)]:
    for zero in [False, True]:
        for extra in [(None, None), (k, v)]:
            found = F.multi_head_attention_forward(x, y, y, 4, 2, w, b, *extra, zero, 0.0, out, None, **more)
            print(*found)
found[0].sum().backward()
print(out.grad)
""",
    "attention with a learned key, and a column of zeros": """
m = nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True)
print(m, [n for n, _ in m.named_parameters()], m.bias_k)
x = torch.randn(3, 2, 4)
print(*m(x, x, x, attn_mask=torch.ones(3, 3).triu(1)), *m(x[:, 0], x[:, 0], x[:, 0]))
""",
    "attention refuses what does not fit": """
m = nn.MultiheadAttention(4, 2)
x = torch.ones(3, 2, 4)
for action in [
    lambda: m(x, x, x, key_padding_mask=torch.zeros(3, 3).bool()),
    lambda: m(x, x, x, key_padding_mask=torch.zeros(2, 4).bool()),
    lambda: m(x, x, x, key_padding_mask=torch.zeros(2).bool()),
    lambda: m(x, x, x, key_padding_mask=torch.zeros(2, 3).long()),
    lambda: m(x, x, x, attn_mask=torch.zeros(3, 3).long()),
    lambda: m(x, x, x, attn_mask=torch.zeros(3).bool()),
    lambda: m(x, x, x, attn_mask=torch.zeros(2, 3, 3).bool()),
    lambda: m(x, x, x[:, :1]),
    lambda: m(x[0, 0], x, x),
    lambda: m(x, x[0], x),
    lambda: m(x, x, x, is_causal=True),
    lambda: m(torch.ones(3, 2, 5), x, x),
]:
    try:
        action()
    except Exception as e:
        print(type(e).__name__, e)
""",
    "a softmax over clusters of rare classes": """
m = nn.AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs=[4, 9, 15], div_value=2.0, head_bias=True)
print(m)
x = torch.randn(6, 8, requires_grad=True)
out = m(x, torch.tensor([0, 3, 5, 8, 10, 2]))
out.loss.backward()
print(out, x.grad, [p.grad is None for p in m.parameters()])
print(m.log_prob(x[:2]), m.predict(x), m(x[0], torch.tensor(19)))
for action in [
    lambda: m(x, torch.tensor([20] * 6)),
    lambda: m(x, torch.tensor([1])),
    lambda: m(x[0], torch.tensor([1] * 8)),
    lambda: m(x, torch.tensor(1)),
    lambda: m(x, torch.ones(6, 2).long()),
    lambda: nn.AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs=[9, 4]),
    lambda: nn.AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs=[]),
]:
    try:
        action()
    except Exception as e:
        print(type(e).__name__, e)
""",
    "the bases of recurrent networks": """
m = nn.RNNBase("GRU", 2, 3, 2, bidirectional=True)
print(m, m.mode, len(m.all_weights))
print(isinstance(nn.LSTM(1, 1), nn.RNNBase), isinstance(nn.GRUCell(1, 1), nn.RNNCellBase))
print([tuple(p.shape) for p in nn.RNNCellBase(2, 3, True, 4).parameters()], nn.RNN(1, 2, nonlinearity="relu").mode)
for action in [
    lambda: nn.RNNBase("LTSM", 1, 1),
    lambda: nn.LSTM(0, 1),
    lambda: nn.LSTM(1, 0),
    lambda: nn.RNN(1, 1, nonlinearity="sigmoid"),
]:
    try:
        action()
    except Exception as e:
        print(type(e).__name__, e)
""",
    "a walk through batches knows how many there are": """
from torch.utils.data import DataLoader
loader = DataLoader(list(range(7)), batch_size=3)
walk = iter(loader)
print(len(loader), len(walk), next(walk), next(walk), next(walk), type(walk).__name__)
try:
    next(walk)
except StopIteration:
    print("no more")
""",
    "counts are drawn from the stream": """
d = torch.distributions
print(d.Poisson(torch.tensor([0.5, 4.0, 40.0])).sample((5,)))
print(d.Binomial(torch.tensor([3.0, 50.0]), torch.tensor([0.25, 0.5])).sample((4,)), d.Binomial(9, logits=1.0).sample())
print(d.Gamma(2.0, 3.0).cdf(torch.tensor([0.0, 0.5, 4.0])))
""",
}


def printed(name: str, program: str) -> str:
    """Run a program with a library in torch's place, and return what it prints."""
    library = importlib.import_module(name)
    for part in ("nn", "distributions", "utils.data"):
        importlib.import_module(f"{name}.{part}")
    library.manual_seed(0)
    source = re.sub(r"^(from|import) torch\b", rf"\1 {name}", program, flags=re.MULTILINE)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        exec(source, {"torch": library, "nn": library.nn})
    lines = [f"{warning.category.__name__}: {warning.message}" for warning in told]
    text = re.sub("0x[0-9a-f]+", "0x", "\n".join([out.getvalue(), *lines])).replace("minigrad", "torch")
    return re.sub(r"OrderedDict\(\[\(\d+,", "OrderedDict([(#,", text)  # a hook's number: how many came before it


NUMBER = re.compile(r"-?\d+\.\d*(?:e[-+]?\d+)?")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_what_it_prints_under_pytorch(name):
    ours, theirs = printed("minigrad", PROGRAMS[name]), printed("torch", PROGRAMS[name])
    assert [line.split() for line in NUMBER.sub("#", ours).splitlines()] == [
        line.split() for line in NUMBER.sub("#", theirs).splitlines()
    ]
    numbers = [[float(x) for x in NUMBER.findall(text)] for text in (ours, theirs)]
    assert numbers[0] == pytest.approx(numbers[1], rel=2e-4, abs=2e-4)
