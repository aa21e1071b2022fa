"""Migrations of `accounts` as they would be if the next one filled in the names."""
