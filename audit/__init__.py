"""The floor: the append-only account of who did what. Every room records here; this room knows none of them."""
