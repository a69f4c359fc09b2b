"""Cases proposed by a search, and mutants that no case notices."""
