"""Running a formula: values, limits, compiled code, recorded runs."""
