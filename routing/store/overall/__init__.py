"""What is asked of the store as a whole, and not of one ticket: articles, counts, what is erased."""
