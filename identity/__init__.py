"""The only room that knows a contributor's address: its own database, links, mail and limits."""
