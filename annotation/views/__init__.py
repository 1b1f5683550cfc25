"""The pages and the answers to scripts."""
