"""Speed as a ratio inside one run, with a budget: absolute times differ from machine to machine."""
