"""Names and kinds: from a tree to a typed tree."""
