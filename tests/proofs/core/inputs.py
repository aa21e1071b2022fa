"""Bodies and addresses, and what is wrong with each: the same for every framework that reads them."""

from typing import Any

GOOD_BODY: dict[str, Any] = {"name": "Ada", "email": "ada@example.com", "count": 3, "ids": [1, 2]}

# What to change about the good body (None: leave out), and the errors to expect.
BODIES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, []),
    ({"name": "  Ada  "}, []),
    ({"name": ""}, [("name", "blank")]),
    ({"name": "   "}, [("name", "blank")]),
    ({"name": None}, [("name", "null")]),
    ({"name": 5}, [("name", "invalid")]),
    ({"name": "a\0b"}, [("name", "invalid")]),
    ({"name": "x" * 11}, [("name", "max_length")]),
    ({"email": "ada"}, [("email", "invalid")]),
    ({"count": 0}, [("count", "min_value")]),
    ({"count": 6}, [("count", "max_value")]),
    ({"count": "3"}, [("count", "invalid")]),
    ({"count": 3.0}, [("count", "invalid")]),
    ({"count": True}, [("count", "invalid")]),
    ({"ids": []}, [("ids", "empty")]),
    ({"ids": "12"}, [("ids", "invalid")]),
    ({"ids": [1, 2, 3, 4]}, [("ids", "max_length")]),
    ({"ids": [1, 0]}, [("ids.1", "min_value")]),
    ({"ids": [2**63]}, [("ids.0", "max_value")]),
    ({"nome": "Ada"}, [("nome", "unknown_field")]),
    ({"name": "", "count": 0, "nome": 1}, [("name", "blank"), ("count", "min_value"), ("nome", "unknown_field")]),
]

# A parameter's text, and the errors to expect.
PARAMETERS: list[tuple[dict[str, str], list[tuple[str, str]]]] = [
    ({}, []),
    ({"page_size": "100", "owner": "7", "open": "true", "since": "2026-11-22T08:00:00Z"}, []),
    ({"page_size": "0"}, [("page_size", "min_value")]),
    ({"page_size": "101"}, [("page_size", "max_value")]),
    ({"page_size": "2.0"}, [("page_size", "invalid")]),
    ({"owner": "\N{ARABIC-INDIC DIGIT SEVEN}"}, [("owner", "invalid")]),
    ({"owner": str(2**63)}, [("owner", "max_value")]),
    ({"open": "yes"}, [("open", "invalid")]),
    ({"since": "yesterday"}, [("since", "invalid")]),
    ({"since": "0001-01-01T00:00:00+23:59"}, [("since", "invalid")]),
]
