"""Official workbooks: which of our columns goes where in a table that somebody else publishes; proposed, else asked."""
