"""Run, measure and plan teams of language-model agents as the distributed systems they are."""

__version__ = "0.1.0"
