"""Rows against a measure: reading, checking, totals, and what is told about them."""

__version__ = "0.1.0"
