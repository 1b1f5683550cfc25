"""The known lists, what they hold, and which of it still waits to be matched against the collection."""

from typing import ClassVar

from django.db import models

from vault.models import DataKey, SealedObject


class KnownList(models.Model):
    """A list of hashes of known material, by name; `version` grows with every import and stands on every verdict.

    Digests (MD5, SHA-256) stand in KnownDigest as keyed hashes. PDQ hashes have to be compared bit by bit, so they lie
    sealed: `pdq` holds all that stand, sorted, 32 bytes each, `fresh` those among them that were added and not matched
    against the collection yet. `waiting_since` is when the oldest of these, digests included, was added; empty when the
    collection was matched against all. `source` is empty for lists imported from files, else the name of the exchange
    (settings.LIST_EXCHANGES) that fills it; `checkpoint` is where that exchange goes on, and `checked_at` when the list
    was last imported or the exchange last said that nothing more had changed. An exchange changes and takes back by its
    own entries, so which hash each of them brought lies sealed in `entries` (screening.exchanges.entries). `material`
    is the class of what is listed, in the words of whoever keeps the list, for the officer to read; empty: not told.
    """

    name = models.CharField(max_length=60, primary_key=True)
    material = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=40, blank=True)
    checkpoint = models.JSONField(null=True)
    checked_at = models.DateTimeField(null=True)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", null=True)
    pdq = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    pdq_count = models.PositiveIntegerField(default=0)
    fresh = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    entries = models.ForeignKey(SealedObject, on_delete=models.PROTECT, related_name="+", null=True)
    fresh_count = models.PositiveIntegerField(default=0)
    matched_version = models.PositiveIntegerField(default=0)
    matched_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class KnownDigest(models.Model):
    """One digest of a list, kept only as a keyed hash, so that the database does not carry the list itself.

    `version` is the list's version that brought it, or brought it back.
    """

    known_list = models.ForeignKey(KnownList, on_delete=models.CASCADE, related_name="digests")
    keyed = models.BinaryField(max_length=32)
    version = models.PositiveIntegerField(default=0)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["known_list", "keyed"], name="digest_once_per_list"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["keyed"], name="digests_by_value"),
            models.Index(fields=["known_list", "version"], name="digests_by_version"),
        ]

    def __str__(self) -> str:
        return self.known_list_id
