"""Hostile requests: no 5xx, and errors are the envelope, which `ApiClient` checks."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from proofs.contract.client import ApiClient

NUL = "\0"
DEEP = 100_000


@dataclass(frozen=True)
class Hostile:
    """A request and the statuses that are an answer to it."""

    about: str
    method: str
    path: str
    statuses: set[int]
    body: Any = None
    query: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    code: str = ""
    fields: list[tuple[str, str]] | None = None


def path(about: str, path: str, *statuses: int, method: str = "GET", **rest: Any) -> Hostile:
    return Hostile(about, method, path, set(statuses), **rest)


def me(about: str, body: Any, *statuses: int, **rest: Any) -> Hostile:
    """A change of the current user."""
    return Hostile(about, "PATCH", "users/me/", set(statuses) or {400}, body, **rest)


def name(about: str, value: bytes, code: str, status: int = 400) -> Hostile:
    """A change of the current user's name to what the JSON `value` says; an error is this field's alone."""
    fields = [("name", code)] if code not in {"parse_error", ""} else []
    return me(about, b'{"name": %s}' % value, status, code=code if code == "parse_error" else "", fields=fields)


def coerced(about: str, value: bytes) -> Hostile:
    """A change of the current user's name to a value that one framework makes a text of and the other refuses."""
    return me(about, b'{"name": %s}' % value, 200, 400)


PATHS = [
    path("a NUL in the path", "users/%00/", 404),
    path("a NUL at its end", "users/me/%00", 404),
    path("a NUL instead of everything", "/api/%00", 404),
    path("broken UTF-8 in the path", "users/%ff%fe/", 404),
    path("half a surrogate pair in the path", "users/%ED%A0%80/", 404),
    path("an overlong slash", "users%C0%AFme/", 404),
    path("an emoji in the path", "users/🦉/", 404),
    path("right-to-left text in the path", "users/\u202eem/", 404),
    path("a newline in the path", "users/me/%0d%0aSet-Cookie:%20a=b", 404),
    path("a way out", "../../../etc/passwd", 404),
    path("an encoded way out", "..%2f..%2fetc%2fpasswd", 404),
    path("a double slash", "users//me/", 404),
    path("a path of 100 kB", "x" * 100_000 + "/", 404),
    path("a path of many parts", "x/" * 5_000, 404),
    path("a semicolon", "users/me/;jsessionid=1", 404),
    path("a file ending", "users/me.json", 404),
    path("a template", "users/{{7*7}}/", 404),
]

QUERIES = [
    path("a NUL in the query", "users/me/?x=%00", 200),
    path("broken UTF-8 in the query", "users/me/?%ff=%ff", 200),
    path("a broken escape in the query", "users/me/?x=%zz%", 200),
    path("a query of nothing but ampersands", "users/me/?" + "&" * 900, 200),
    path("more parameters than Django reads", "users/me/?" + "a&" * 2_000, 200, 400),
    path("a parameter of 100 kB", "users/me/?x=" + "x" * 100_000, 200),
    path("a format that does not exist", "users/me/?format=%00", 200, 404),
    path("a method to override", "users/me/?_method=DELETE", 200),
]

METHODS = [
    path("TRACE", "users/me/", 405, method="TRACE"),
    path("CONNECT", "users/me/", 405, method="CONNECT"),
    path("PROPFIND", "users/me/", 405, method="PROPFIND"),
    path("a method in lower case", "users/me/", 200, method="get"),
    path("a method that is an attribute of the view", "users/me/", 405, method="PERMISSION_CLASSES"),
    path("a method with a dunder", "users/me/", 405, method="__INIT__"),
    path("OPTIONS", "users/me/", 405, method="OPTIONS"),
    path("HEAD", "users/me/", 200, method="HEAD"),
    path("an overridden method", "users/me/", 200, headers={"X-HTTP-Method-Override": "DELETE"}),
    path("GET with a body", "users/me/", 200, body=b'{"name": "x"}'),
]

CONTENT_TYPES = [
    me("plain text", b'{"name": "x"}', 415, content_type="text/plain"),
    me("a form", b"name=x", 415, content_type="application/x-www-form-urlencoded"),
    me("a multipart form", b"--x\r\n\r\n--x--", 415, content_type="multipart/form-data; boundary=x"),
    me("a multipart form without a boundary", b"x", 415, content_type="multipart/form-data"),
    me("a multipart boundary that is none", b"x", 415, content_type="multipart/form-data; boundary=\xff"),
    me("XML with an entity", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", 415, content_type="application/xml"),
    me("an empty content type", b'{"name": "x"}', 200, 415, content_type=" "),
    me("a content type of nonsense", b'{"name": "x"}', 415, content_type=";;;===///"),
    me("a content type with a NUL", b'{"name": "x"}', 415, content_type="application/\0json"),
    me("a content type of 10 kB", b'{"name": "x"}', 415, content_type="x" * 10_000),
    me("a charset that does not exist", b'{"name": "x"}', 200, 415, content_type="application/json; charset=klingon"),
    me(
        "UTF-16 that says so",
        '{"name": "x"}'.encode("utf-16"),
        200,
        400,
        content_type="application/json; charset=utf-16",
    ),
    path("an Accept header of nonsense", "users/me/", 406, headers={"Accept": ";;;///"}),
    path("an Accept header of 100 kB", "users/me/", 200, 406, headers={"Accept": "a/b," * 25_000}),
    path("an Accept with a wrong quality", "users/me/", 200, headers={"Accept": "application/json;q=many"}),
]

BODIES = [
    me("white space", b" \n", code="parse_error"),
    me("half an object", b'{"name": "x"', code="parse_error"),
    me("two objects", b"{}{}", code="parse_error"),
    me("a comma too many", b'{"name": "x",}', code="parse_error"),
    me("a comment", b'{"name": "x"} // x', code="parse_error"),
    me("single quotes", b"{'name': 'x'}", code="parse_error"),
    me("broken UTF-8", b'{"name": "\xff\xfe"}', code="parse_error"),
    me("UTF-16", '{"name": "x"}'.encode("utf-16"), code="parse_error"),
    me("a byte order mark", b'\xef\xbb\xbf{"name": "x"}', code="parse_error"),
    me("a NUL byte", b'{"name": "\x00"}', code="parse_error"),
    me("nothing but NUL bytes", b"\x00" * 100, code="parse_error"),
    me("a key twice", b'{"name": "a", "name": "b"}', 200),
    me("a key twice, far inside", b'{"name": [{"a": 1, "a": 2}]}', fields=[("name", "invalid")]),
    me("deep lists", b"[" * DEEP, code="parse_error"),
    me("deep lists that end", b"[" * DEEP + b"]" * DEEP, 400),
    me("deep objects", b'{"a":' * DEEP + b"1" + b"}" * DEEP, 400),
    me("a fairly deep name", b'{"name": ' + b"[" * 900 + b"]" * 900 + b"}", 400),
    me("10 MB", b'{"name": "%s"}' % (b"x" * 10_000_000), 413),
    me("10 MB of white space", b" " * 10_000_000 + b"{}", 413),
    me("2 MB of keys", json.dumps({f"k{n}": 1 for n in range(150_000)}).encode(), 400),
    me("a list", b"[]", fields=[]),
    me("a text", b'"name"', fields=[]),
    me("a number", b"5", fields=[]),
    me("a truth value", b"true", fields=[]),
    me("nothing", b"null", fields=[]),
    me("NaN", b"NaN", code="parse_error"),
    me("a key of half a surrogate pair", b'{"\\ud800": 1}'),
    me("a key of a NUL", b'{"\\u0000": 1}', fields=[("\0", "unknown_field")]),
    me("an emoji for a key", '{"🦉": 1}'.encode(), fields=[("🦉", "unknown_field")]),
    me("a key with dots", b'{"name.first": 1}', fields=[("name.first", "unknown_field")]),
    me("a dunder for a key", b'{"__class__": 1}', fields=[("__class__", "unknown_field")]),
    me("a prototype", b'{"__proto__": {"admin": true}}', fields=[("__proto__", "unknown_field")]),
    me(
        "more rights",
        b'{"is_staff": true, "is_superuser": true}',
        fields=[("is_staff", "unknown_field"), ("is_superuser", "unknown_field")],
    ),
    me("somebody else's id", b'{"id": 1}', fields=[("id", "unknown_field")]),
    me("a password", b'{"password": "x"}', fields=[("password", "unknown_field")]),
]

VALUES = [
    name("null for a text", b"null", "null"),
    coerced("an integer for a text", b"5"),
    coerced("a huge integer for a text", b"9" * 4_000),
    name("an integer too long for Python", b"9" * 5_000, "parse_error"),
    coerced("a float for a text", b"5.0"),
    coerced("1e999 for a text", b"1e999"),
    coerced("-0.0 for a text", b"-0.0"),
    name("NaN for a text", b"NaN", "parse_error"),
    name("Infinity for a text", b"Infinity", "parse_error"),
    name("-Infinity for a text", b"-Infinity", "parse_error"),
    name("true for a text", b"true", "invalid"),
    name("a list for a text", b'["x"]', "invalid"),
    name("an empty list for a text", b"[]", "invalid"),
    name("an object for a text", b'{"x": 1}', "invalid"),
    name("an escaped NUL", b'"a\\u0000b"', "invalid"),
    name("half a surrogate pair", b'"\\ud800"', "invalid"),
    name("the other half", b'"\\udfff"', "invalid"),
    name("the halves in the wrong order", b'"\\udc00\\ud800"', "invalid"),
    name("a pair of surrogates", b'"\\ud83e\\udd89"', "", 200),
    name("an escape that is none", b'"\\x"', "parse_error"),
    name("a raw newline", b'"a\nb"', "parse_error"),
    name("2 MB", b'"%s"' % (b"x" * 2_000_000), "max_length"),
    name("151 emoji", '"{}"'.format("🦉" * 151).encode(), "max_length"),
    name("150 emoji", '"{}"'.format("🦉" * 150).encode(), "", 200),
    name("right-to-left text", '"\u202eadmin\u202c עברית"'.encode(), "", 200),
    name("combining marks", '"{}"'.format("e" + "\u0301" * 100).encode(), "", 200),
    name("characters that are none", '"\ufffe\uffff"'.encode(), "", 200),
    name("SQL", b'"\'; DROP TABLE accounts_user; --"', "", 200),
    name("a script", b'"<script>alert(1)</script>"', "", 200),
]

HEADERS = [
    path("a host that is none", "users/me/", 400, headers={"Host": "a b"}),
    path("an empty host", "users/me/", 400, headers={"Host": ""}),
    path("somebody else's host", "users/me/", 400, headers={"Host": "evil.example"}),
    path("a forwarded host", "users/me/", 200, headers={"X-Forwarded-Host": "evil.example"}),
    path("a forwarded address of nonsense", "users/me/", 200, headers={"X-Forwarded-For": "\0, ::, 1.2.3.4.5"}),
    path("a request id of nonsense", "users/me/", 200, headers={"X-Request-ID": "a\r\nSet-Cookie: a=b"}),
    path("an Authorization of nonsense", "users/me/", 200, 401, headers={"Authorization": "\0 \0 \0"}),
    path("a Basic without a password", "users/me/", 200, 401, headers={"Authorization": "Basic %%%"}),
    path("a Bearer of nonsense", "users/me/", 200, 401, headers={"Authorization": "Bearer a.b.c"}),
    path("a Bearer of many parts", "users/me/", 200, 401, headers={"Authorization": "Bearer " + "a." * 5_000}),
    me("a length that is none", b'{"name": "x"}', 200, 400, headers={"Content-Length": "many"}),
    me("a negative length", b'{"name": "x"}', 200, 400, headers={"Content-Length": "-1"}),
    path("an If-Modified-Since of nonsense", "users/me/", 200, headers={"If-Modified-Since": "0000"}),
    path("a language of nonsense", "users/me/", 200, headers={"Accept-Language": "../../x;q=\0"}),
    path("a cookie of nonsense", "users/me/", 200, 401, headers={"Cookie": 'a="\\777\0; sessionid'}),
]


@pytest.mark.parametrize(
    "hostile",
    [*PATHS, *QUERIES, *METHODS, *CONTENT_TYPES, *BODIES, *VALUES, *HEADERS],
    ids=lambda hostile: hostile.about,
)
def test_is_answered_not_fallen_for(someone: ApiClient, hostile: Hostile) -> None:
    answer = someone.request(
        hostile.method,
        hostile.path,
        hostile.body,
        query=hostile.query,
        headers=hostile.headers,
        content_type=hostile.content_type,
    )

    assert answer.status in hostile.statuses
    if hostile.code:
        assert answer.json["code"] == hostile.code
    if hostile.fields is not None and answer.status == 400:
        assert answer.fields() == hostile.fields


@pytest.mark.parametrize("hostile", [*BODIES, *CONTENT_TYPES], ids=lambda hostile: hostile.about)
def test_a_visitor_learns_nothing_from_it(visitor: ApiClient, hostile: Hostile) -> None:
    answer = visitor.request(
        hostile.method, hostile.path, hostile.body, headers=hostile.headers, content_type=hostile.content_type
    )

    assert answer.status in {401, 406, 413}  # a body over the limit is refused before anything else
