"""Tickets, people, flows and what a decision is. Pure."""
