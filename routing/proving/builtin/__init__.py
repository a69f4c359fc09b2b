"""Questions about all tickets that need no file."""
