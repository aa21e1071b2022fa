"""Settings: `base` is shared by `local`, `test` and `production`."""
