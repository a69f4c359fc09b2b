"""Shells for people: the command, the session, the page, the language server."""
