"""The session on a terminal or a pipe."""
