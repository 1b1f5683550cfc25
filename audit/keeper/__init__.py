"""The log's keeper: the one process that copies and signs the log, and what it remembers."""
