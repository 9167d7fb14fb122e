"""Write down what PyTorch answers to each program."""

import importlib

import torch

from edges import FILES, MODULES, answer, first_sentence

for name in MODULES:
    importlib.import_module(f"torch.{name}")
for file in FILES:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("    ")]
    text = "".join(f"{program}\n    {first_sentence(answer(program, torch))}\n" for program in lines)
    file.write_text(text, encoding="utf-8")
