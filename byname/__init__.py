"""The operator's side of byname: check the settings, try it out, deploy it. Never shipped to Lambda."""

__version__ = "0.1.0"
