"""Branches of a formula that only calculate, read together: what a variable then holds is one value with conditions in it."""
