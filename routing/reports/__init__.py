"""What the store tells at large: statistics, with a picture; a ticket as a page for paper."""
