"""Processes that work for the service and are ended at their deadline."""
