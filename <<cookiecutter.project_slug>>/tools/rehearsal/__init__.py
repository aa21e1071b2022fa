"""Runs new migrations while the previous release serves: `python -m tools.rehearsal --old main`.

docs/migrations.md says when and how.
"""
