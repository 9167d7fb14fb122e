"""Random programs, written out as Python, run under PyTorch and under minigrad, and compared.

python -m random_programs 20000        (from the folder tests/parity, where torch is installed)
"""
