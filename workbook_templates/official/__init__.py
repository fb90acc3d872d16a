"""Workbooks that somebody else publishes: learn their structure, fill their input cells, and prove what changed."""
