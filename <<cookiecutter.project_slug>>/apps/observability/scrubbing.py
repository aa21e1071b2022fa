"""Removal of secrets and personal data from log lines, Sentry's events and spans.

Values are replaced by their name (password, token, cookie …) and by their pattern. It is a safety net: a password in
a sentence looks like any other word.
"""

import datetime
import itertools
import math
import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

SCRUBBED = "[scrubbed]"
CUT = "[cut off]"
DEPTH = 12
# How many values of one event are kept, and how many characters of each.
MAX_VALUES = 10_000
MAX_LENGTH = 50_000

WORDS = (
    r"pass(?:wor|w)d|pass(?:code|phrase)|(?<!by)(?<!er)(?<!com)(?<!sur)pass(?![\w-])|pwd|secret|token"
    r"|(?:api|private|access|account)[-_]?key|authorization|cookie|csrf|session_?(?:id|key)|credential|one[-_]?time|otp"
    r"|(?:credit|debit)?[-_]?card[-_]?(?:number|no)|cvv|cvc|iban|ssn"
)
# Keys and tokens that begin in a way of their own: how, and how they go on.
KEYS = {
    r"A[KS]IA": r"[0-9A-Z]{16}",  # AWS
    r"AIza|GOCSPX-|ya29\.": r"[\w-]{20,}",  # Google
    r"gh[oprsu]_|github_pat_|gl(?:cbt|dt|pat|ptt|rt|soat)-": r"[\w-]{20,}",  # code hosts
    r"dop_v1_|hf_|npm_|pypi-|dckr_pat_|hv[bs]\.": r"[\w-]{30,}",  # DigitalOcean, Hugging Face, registries, Vault
    r"gsk_|sk-": r"(?=[\w-]*\d)[\w-]{20,}",  # OpenAI, Anthropic and others
    r"SG\.": r"[\w-]{16,}\.[\w-]{16,}",  # SendGrid
    r"key-|SK": r"[0-9a-f]{32}",  # Mailgun, Twilio
    r"xox[a-z]-|xapp-": r"[\w-]{10,}",  # Slack
    r"[rs]k_(?:live|test)_|whsec_|shp[a-z]{2}_|xkeysib-": r"[\w-]{16,}",  # Stripe, Shopify, Brevo
}
find_secret_name = lru_cache(1024)(re.compile(WORDS, re.IGNORECASE).search)
TEXT = re.compile(
    rf"""
    (?P<name>(?:{WORDS})[\w-]{{0,40}}\\?['"]?\s{{0,5}}[:=]\s{{0,5}})          # password=…, "token": …, Cookie: …
        (?:\\?"[^"\n]*"?|'[^'\n]*'?|(?:(?:bearer|basic|token)\s+)?[^\s&;,)\]}}'"]+(?:;\s?[^\s;,]+)*)
    | (?P<query>[?&](?:code|state|key|sig|signature)=)[^\s&'"]+                 # other secrets in URLs
    | (?P<scheme>\b(?:bearer|basic)\s)[\w.~+/=-]{{8,}}
    | \beyJ[\w-]{{5,}}\.[\w-]+\.[\w-]*                                          # a JSON Web Token
    | -----BEGIN\ (?:(?!-----END)[\s\S])*(?:-----END[^-\n]*-----)?              # a key in PEM
    | \b(?-i:{"|".join(f"(?:{beginning}){rest}" for beginning, rest in KEYS.items())})
    | (?P<url>\b[a-z][a-z0-9+]{{1,20}}://)[^\s/:@]*:[^\s/]+(?=@)                # scheme://user:password@host
    | (?<![\w.-])(?P<card>\d(?:[ -]?\d){{12,18}})(?![\w-])
    | (?<![\w.+-])[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+              # an e-mail address
    """,
    re.IGNORECASE | re.VERBOSE,
)

# A text without any of these has no secret.
SIGNS = re.compile(rf"[=:@]|eyJ|(?:bearer|basic)\s|---|\d(?:[ -]?\d){{12}}|(?-i:{'|'.join(KEYS)})", re.IGNORECASE)


def scrub(value: Any, depth: int = DEPTH, count: Iterator[int] | None = None) -> Any:
    """Return a copy of `value` for JSON, without secrets; other types than those of JSON become text.

    What is nested too deeply, contains itself or has too many parts is cut off.
    """
    count = count or itertools.count()
    if next(count) > MAX_VALUES:
        return CUT
    if value is None or isinstance(value, bool) or (isinstance(value, float) and math.isfinite(value)):
        return value
    match value:
        case Mapping() if depth:
            items = itertools.islice(value.items(), MAX_VALUES)
            return {scrub_text(as_text(name)): scrub_named(name, inner, depth - 1, count) for name, inner in items}
        case list() | tuple() | set() | frozenset() | deque() if depth:
            return [scrub(inner, depth - 1, count) for inner in itertools.islice(value, MAX_VALUES)]
        case Mapping() | list() | tuple() | set() | frozenset() | deque():
            return CUT
    clean = scrub_text(as_text(value))
    return value if isinstance(value, int) and clean.lstrip("-").isdecimal() else clean


def as_text(value: Any) -> str:
    """Return `value` as people write it, or the name of its type if it cannot be written."""
    try:
        match value:
            case datetime.date() | datetime.time():
                return value.isoformat()
            case bytes() | bytearray() | memoryview():
                return bytes(value).decode(errors="replace")
            case BaseException():
                return repr(value)
        return str(value)
    except Exception:  # nothing that is logged may fail for how it looks
        return f"[{type(value).__name__}]"


def scrub_named(name: Any, value: Any, depth: int = DEPTH, count: Iterator[int] | None = None) -> Any:
    """Return `value` without secrets; a placeholder if its name says that it is one."""
    if value is not None and value != "" and find_secret_name(as_text(name)):
        return SCRUBBED
    return scrub(value, depth, count)


def scrub_text(text: str) -> str:
    """Return `text` with everything that looks like a secret replaced, and cut off if it is very long."""
    if len(text) > MAX_LENGTH:
        text = text[:MAX_LENGTH] + CUT
    if not SIGNS.search(text):
        return text
    return TEXT.sub(replacement, text)


def replacement(match: re.Match[str]) -> str:
    """Return the replacement for one match."""
    if (card := match["card"]) and not is_card(card):
        return card
    return f"{match['name'] or match['query'] or match['scheme'] or match['url'] or ''}{SCRUBBED}"


def is_card(digits: str) -> bool:
    """Return whether the check digit is right (Luhn), as it is for one in ten other numbers."""
    total = 0
    for position, digit in enumerate(reversed([int(char) for char in digits if char.isdigit()])):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
