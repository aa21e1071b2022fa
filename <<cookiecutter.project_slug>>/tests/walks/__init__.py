"""Walks: tests of what holds for every endpoint, admin page, task, migration and setting, tomorrow's included."""
