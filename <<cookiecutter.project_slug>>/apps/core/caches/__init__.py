"""Cache servers that may fail without failing anybody, and reads that are kept on them. docs/cache.md says more."""
