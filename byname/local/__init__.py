"""The cloud on one machine: the same code, the same events, no account."""
