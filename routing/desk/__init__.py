"""What a ticket service calls: reads, decides and applies a move in one transaction."""
