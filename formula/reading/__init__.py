"""From text to tree: words, the grammar's machine, nodes."""
