"""The exercises of the notebooks, a file a notebook: ``EXERCISES`` of ``backward.py`` belong to 02-backward.ipynb.

The file bears the notebook's name without its number, with underscores. In the notebook an exercise is called by the
file's name and its own: ``mg.exercise("backward.paths", answer)``.
"""
