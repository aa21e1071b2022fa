"""The load test: `just load`. docs/performance.md says what it does and how to read what it prints."""
