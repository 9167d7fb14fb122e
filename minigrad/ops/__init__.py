"""Every op: its forward beside its backward, one file a family of mathematics.

A family's ``__all__`` are the functions that PyTorch has as ``torch.name``; ``minigrad.functional`` gathers them.
"""
