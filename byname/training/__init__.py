"""How the shipped models of triage are made, from packages of PyPI and the grammar beside this file. Never in Lambda.

`python -m byname.training` makes them all; docs/how-to/train-the-triage.md says what to write where.
"""
