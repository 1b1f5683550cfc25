"""Looking hashes up in the known lists. The index itself (numpy, faiss) is in modules that only workers import."""

from screening.versions import INDEX

__all__ = ["INDEX"]
