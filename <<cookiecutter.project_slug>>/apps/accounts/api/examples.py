"""What the schemas look like filled in, for the OpenAPI document."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "CurrentUser": {
        "id": 1,
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "date_joined": "2026-11-22T08:00:00Z",
    },
}
