"""The releases' step after use was stopped (settings.WITHDRAWAL_STEPS)."""

from uuid import UUID

from releases import actions


def drop(photo_id: UUID) -> None:
    """Take the photo out of every release and destroy what is stored of them; the item rows are the result."""
    actions.drop(photo_id=photo_id)
