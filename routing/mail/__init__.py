"""Mails as rows, and their way to an SMTP server."""
