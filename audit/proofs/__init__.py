"""What proves the log: its chain, tree, notes, statements and exports. Pure functions; no database, no files."""
