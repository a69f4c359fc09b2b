"""Questions about a plan that planning itself does not answer."""
