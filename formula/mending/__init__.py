"""Faults that the grammar refuses: each recognised and told with its cure."""
