import re

from config.settings.env import BASE_DIR

EXAMPLE = (BASE_DIR / ".env.example").read_text(encoding="utf-8")


def test_the_example_names_exactly_the_variables_that_the_settings_read() -> None:
    modules = [path.read_text(encoding="utf-8") for path in (BASE_DIR / "config").rglob("*.py")]
    read = {name for text in modules for name in re.findall(r'\benv\.\w+\(\s*"(\w+)"', text)}
    documented = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", EXAMPLE, flags=re.MULTILINE)

    assert sorted(read) == sorted(documented)


def test_only_the_secret_key_has_to_be_filled_in() -> None:
    active = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]

    assert active == ["SECRET_KEY="]
