"""The database beyond the ORM: connections, replicas, and migrations that run while the site serves."""
