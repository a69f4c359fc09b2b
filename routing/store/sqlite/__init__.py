"""What SQLite alone needs."""
