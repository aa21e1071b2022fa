"""Migrations of the walk-through in docs/migrations.md."""
