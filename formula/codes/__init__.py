"""Every fault code, one row each."""
