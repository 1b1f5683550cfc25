"""The safety officer's desk: what was held, and legal holds. And for auditors who looked at which photos."""
