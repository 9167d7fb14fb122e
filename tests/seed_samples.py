"""The code samples of the course's source document, as programs that import nothing: ``t`` is the library."""

from __future__ import annotations

THREE_WAYS = """
t.manual_seed(0)
a = t.randn(3, 4, requires_grad=True)
print(a)
a = t.randn(3, 4).requires_grad_()
print(a)
a = t.randn(3, 4)
a.requires_grad = True
print(a)
"""

SUM = """
t.manual_seed(0)
a = t.randn(3, 4, requires_grad=True)
b = t.zeros(3, 4).requires_grad_()
c = a + b
d = c.sum()
d.backward()
print(d)
print(d.requires_grad)
print(a.grad)
print((a.requires_grad, b.requires_grad, c.requires_grad))
print((a.is_leaf, b.is_leaf, c.is_leaf))
print(a.grad_fn)
"""

BY_HAND_AND_BY_AUTOGRAD = """
t.manual_seed(0)

def f(x):
    y = x**2 * t.exp(x)
    return y

def gradf(x):
    dx = 2*x*t.exp(x) + x**2*t.exp(x)
    return dx

x = t.randn(3, 4, requires_grad = True)
y = f(x)
print(y)
print(gradf(x))
y.backward(t.ones(y.size()))
print(x.grad)
"""

INTERMEDIATE = """
t.manual_seed(0)
x = t.ones(3, requires_grad=True)
w = t.rand(3, requires_grad=True)
y = x * w
z = y.sum()
print(t.autograd.grad(z, y))
"""

INTERMEDIATE_TWICE = """
t.manual_seed(0)
x = t.ones(3, requires_grad=True)
w = t.rand(3, requires_grad=True)
y = x * w
z = y.sum()
print(t.autograd.grad(z, x))
try:
    print(t.autograd.grad(z, w))
except RuntimeError as error:
    print(str(error)[:63])
"""

HOOK = """
t.manual_seed(0)

def variable_hook(grad):
    print('y:', grad)

x = t.ones(3, requires_grad=True)
w = t.rand(3, requires_grad=True)
y = x * w
hook_handle = y.register_hook(variable_hook)
z = y.sum()
z.backward()
hook_handle.remove()
print(x.grad, w.grad)
z = (x * w).sum()
z.backward()
print(x.grad, w.grad)
"""

CUSTOM_MUL = """
t.manual_seed(0)
Function = t.autograd.Function

class Mul(Function):

    @staticmethod
    def forward(ctx, w, x, b, x_requires_grad = True):
        ctx.x_requires_grad = x_requires_grad
        ctx.save_for_backward(w,x)
        output = w * x + b
        return output

    @staticmethod
    def backward(ctx, grad_output):
        w,x = ctx.saved_tensors
        grad_w = grad_output * x
        if ctx.x_requires_grad:
            grad_x = grad_output * w
        else:
            grad_x = None
        grad_b = grad_output * 1
        return grad_w, grad_x, grad_b, None

x = t.ones(3, requires_grad=True)
w = t.rand(3, requires_grad=True)
b = t.rand(3, requires_grad=True)
z = Mul.apply(w, x, b)
print(z)
z.backward(t.ones(3))
print(x.grad, w.grad, b.grad)
z = Mul.apply(w, x, b, False)
z.sum().backward()
print(x.grad, w.grad, b.grad)
"""

SAMPLES = {
    name: code
    for name, code in list(globals().items())
    if name.isupper() and isinstance(code, str) and not name.startswith("_")
}
