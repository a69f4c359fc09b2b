"""Questions about all tickets: properties of the rules, proofs and counter-examples."""
