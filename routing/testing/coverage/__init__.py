"""What the cases reached: measured, kept, reported."""
