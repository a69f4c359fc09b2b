"""Tickets that come in from files of other systems and go out to them: CSV and JSON Lines, a row at a time."""
