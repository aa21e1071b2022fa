"""Runs new migrations while the previous release serves: `python -m tests.rehearsal --old main`.

docs/migrations.md says when and how.
"""
