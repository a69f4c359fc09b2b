"""One move decided. Pure: no clock, file, network or chance."""
