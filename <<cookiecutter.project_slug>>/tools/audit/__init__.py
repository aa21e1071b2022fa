"""The audit: `just audit` (docs/audit.md)."""
