"""Which photos belong to a release, and for every other one the reason why not. Computed, never typed by anyone."""

from releases.eligibility.changes import changed, stopped
from releases.eligibility.gate import axes, decided, funnel, verdicts
from releases.eligibility.rules import SCOPE, Rules

__all__ = ["SCOPE", "Rules", "axes", "changed", "decided", "funnel", "stopped", "verdicts"]
