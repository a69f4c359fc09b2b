"""Trees and faults as text."""
