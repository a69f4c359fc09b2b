"""A folder as a consultant keeps it, read into a site and criticised."""
