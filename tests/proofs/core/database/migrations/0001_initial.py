from importlib import import_module

Migration = import_module("apps.accounts.migrations.0001_initial").Migration
