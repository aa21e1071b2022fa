"""Takes secrets and personal data out of what leaves the process: log lines, Sentry's events, spans.

By name: whatever is called password, token, cookie and the like is replaced. By look: what a text says of such a name,
bearer tokens, JSON Web Tokens, passwords in URLs, card numbers and e-mail addresses. It is a net under the rule not to
log such things, with meshes: a password in a sentence looks like any other word.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

SCRUBBED = "[scrubbed]"
DEPTH = 12

WORDS = (
    r"passw(?:or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|authorization|cookie|csrf|session_?(?:id|key)"
    r"|credential|one[-_]?time|otp|(?:credit|debit)?[-_]?card[-_]?(?:number|no)|cvv|cvc|iban|ssn"
)
NAME = re.compile(WORDS, re.IGNORECASE)
# Values are bounded: an endless one must not take endless time.
TEXT = re.compile(
    rf"""
    (?P<name>(?:{WORDS})[\w-]{{0,40}}['"]?\s{{0,5}}[:=]\s{{0,5}})             # password=…, "token": …, Cookie: …
        (?:"[^"\n]*"?|'[^'\n]*'?|(?:(?:bearer|basic|token)\s+)?[^\s&;,)\]}}'"]+(?:;\s?[^\s;,]+)*)
    | (?P<query>[?&](?:code|state|key|sig|signature)=)[^\s&'"]+                 # what else a link may carry
    | (?P<scheme>\b(?:bearer|basic)\s)[\w.~+/=-]{{8,}}
    | \beyJ[\w-]{{5,}}\.[\w-]+\.[\w-]*                                          # a JSON Web Token
    | (?P<url>\b[a-z][a-z0-9+]{{1,20}}://)[^\s/:@]*:[^\s/@]+(?=@)               # scheme://user:password@host
    | (?<![\w.-])(?P<card>\d(?:[ -]?\d){{12,18}})(?![\w-])
    | (?<![\w.+-])[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+              # an e-mail address
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Without any of these there is nothing to find.
SIGNS = ("=", ":", "@", "eyJ", "earer ", "EARER ", "asic ", "ASIC ")
LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){12}")


def scrub(value: Any, depth: int = DEPTH) -> Any:
    """Return a copy without secrets of what a log line or an event is made of; other objects become their repr."""
    match value:
        case None | bool() | float():
            return value
        case str():
            return scrub_text(value)
        case int():
            return SCRUBBED if (text := str(value)) != scrub_text(text) else value
        case Mapping() if depth:
            return {name: scrub_named(name, inner, depth - 1) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset() if depth:
            return [scrub(inner, depth - 1) for inner in value]
    return scrub_text(repr(value))


def scrub_named(name: Any, value: Any, depth: int = DEPTH) -> Any:
    """Return `value` without secrets; nothing of it if its name says that it is one."""
    return SCRUBBED if value and names_secret(str(name)) else scrub(value, depth)


@lru_cache(1024)
def names_secret(name: str) -> bool:
    """Return whether what is called `name` is secret."""
    return NAME.search(name) is not None


def scrub_text(text: str) -> str:
    """Return `text` with what looks like a secret replaced."""
    # Most texts are a path or a word, and are done with here: a request writes several.
    if not any(sign in text for sign in SIGNS) and not LONG_NUMBER.search(text):
        return text
    return TEXT.sub(replacement, text)


def replacement(match: re.Match[str]) -> str:
    """Return what stands in for one match."""
    if (card := match["card"]) and not is_card(card):
        return card
    return f"{match['name'] or match['query'] or match['scheme'] or match['url'] or ''}{SCRUBBED}"


def is_card(digits: str) -> bool:
    """Return whether the check digit is right (Luhn): one in ten other numbers passes as well."""
    total = 0
    for position, digit in enumerate(reversed([int(char) for char in digits if char.isdigit()])):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
