"""The language server, and what editors ask."""
