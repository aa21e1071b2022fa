"""The load test: `just load` (docs/performance.md)."""
