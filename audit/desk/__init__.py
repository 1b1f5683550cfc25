"""The log in words: entries as sentences, stories, the desk's first line."""
