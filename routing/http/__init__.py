"""The HTTP service: who may ask, what is answered."""
