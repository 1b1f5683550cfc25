"""The auditor's desk. It reads through the auditor's own database role and has no request that changes anything."""

from audit.views.entries import entries, story
from audit.views.files import export, proof
from audit.views.integrity import integrity
from audit.views.overview import desk

__all__ = ["desk", "entries", "export", "integrity", "proof", "story"]
