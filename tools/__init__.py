"""Scripts that set the project up; no part of what is installed."""
