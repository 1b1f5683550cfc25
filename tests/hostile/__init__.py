"""Hostile files of our own making, the same each time: of ordinary photographs, drawings and made-up bytes."""
