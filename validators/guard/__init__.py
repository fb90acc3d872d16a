"""Our checked rows in a workbook that somebody else publishes: filled in, and proof that nothing else changed."""
