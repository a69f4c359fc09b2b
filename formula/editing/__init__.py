"""What an editor asks while a formula is typed: completion, places, colours. Pure."""
