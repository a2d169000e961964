"""What byname costs and how quick it is, measured: `make bench`, or one table alone: `python -m bench.path`.

A module here with a function `rows` is a table; the others are what the tables measure with.
"""
