"""A session with a consultant: lines go in, answers come out."""
