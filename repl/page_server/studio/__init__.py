"""The studio: a page on one folder, for the person at this machine."""
