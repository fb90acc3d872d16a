"""What a user touches: the command line, the files it reads and writes, and the story of one report."""
