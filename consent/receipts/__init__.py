"""The consent record that a person holds: ISO/IEC TS 27560:2023 by the W3C DPV guide, as JSON-LD."""

from consent.receipts.document import Story, document

__all__ = ["Story", "document"]
