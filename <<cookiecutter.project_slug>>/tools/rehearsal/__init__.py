"""The rehearsal of migrations: `just rehearse-migrations --old main` (docs/migrations.md)."""
