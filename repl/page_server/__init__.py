"""The service with the page: its files, its examples."""
