"""How things look to people, once for all faces."""
