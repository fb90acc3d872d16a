"""The ways from a click to a macro: the local helper, xlwings' own add-in, and LibreOffice's own process."""
