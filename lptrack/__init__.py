"""lptrack: what moved since the last meeting."""

__version__ = "0.1.0"
