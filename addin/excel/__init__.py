"""The Excel add-in, built from sources: its VBA, its ribbon, its file."""
