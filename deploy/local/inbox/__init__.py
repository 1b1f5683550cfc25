"""Catches the mail that a local instance sends and shows it, so that a newcomer can click the link. Loopback only."""
