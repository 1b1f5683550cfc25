"""The log off the database: the store of its copies read, written, and refilled from."""
