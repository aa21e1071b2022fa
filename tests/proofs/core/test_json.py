import pytest

from apps.api.json import InvalidJSON, load_json


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, true, null, "x"]}', {"a": [1, 2.5, True, None, "x"]}),
        (b'  "\\ud83e\\udd89"  ', "🦉"),
        ('"🦉"'.encode(), "🦉"),
        (b'"\\u0000"', "\0"),
        (b'{"a": {"x": 1}, "b": {"x": 1}}', {"a": {"x": 1}, "b": {"x": 1}}),
    ],
)
def test_reads_json(body: bytes, value: object) -> None:
    assert load_json(body) == value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Expecting value at line 1, column 1"),
        (b'{"a": 1,\n}', "at line"),
        (b'"\xff"', "it is not UTF-8"),
        (b'{"a": 1, "a": 1}', "an object has the same key twice"),
        (b'[{"a": {"b": 1, "b": 2}}]', "an object has the same key twice"),
        (b"NaN", "NaN is not a JSON value"),
        (b"[-Infinity]", "-Infinity is not a JSON value"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"9" * 5_000, "a number in it is too long"),
        (b'"\\ud800"', "it has half a surrogate pair"),
        (b'{"\\uDFFF": 1}', "it has half a surrogate pair"),
    ],
)
def test_refuses_what_two_readers_would_not_understand_alike(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidJSON) as raised:
        load_json(body)

    assert raised.value.status == 400
    assert raised.value.code == "parse_error"
    assert reason in raised.value.detail
