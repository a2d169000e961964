"""The core: what a considerate person at the front desk would decide.

Standard library only. No clock, no I/O, no logging: `now` is an argument, and a decision is a value.
"""
