"""Migrations that run while the site serves."""
