"""The handbook is built without a warning, its links lead somewhere, all can use it, and its configurator tells the truth."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import configurator
import handbook
from baking import CACHE, Bakery, forget_others, once, template_digest
from options import ALL_VARIANTS, FUNCTIONAL_VARIANTS, OPTIONS, ROOT, Variant, cover, everything, nothing
from running import run
from services import without

if TYPE_CHECKING:
    from pytest_cookies.plugin import Cookies

AXE = "axe-core@4.14.1"
README = (ROOT / "README.md").read_text("utf-8")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def site() -> Path:
    """The site, built once for each content of the repository."""
    folder = CACHE / "handbook" / template_digest("docs", "scripts")
    forget_others(folder)
    return once(folder, handbook.build)


@pytest.fixture(scope="session")
def data() -> dict[str, Any]:
    """What the configurator knows."""
    return configurator.data()


class Parts(HTMLParser):
    """The ids and the links of a page."""

    def __init__(self, page: Path) -> None:
        """Read `page`."""
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what it says."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif value and (name in {"href", "src"}) and tag != "base":
                self.links.append(value)


def test_every_link_and_picture_of_the_site_is_there(site: Path) -> None:
    pages = {page.resolve(): Parts(page) for page in site.rglob("*.html")}
    missing = []
    for page, parts in pages.items():
        for link in parts.links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (page.parent / unquote(url.path)).resolve() if url.path else page
            anchored = not url.fragment or target not in pages or unquote(url.fragment) in pages[target].ids
            if not target.exists() or not anchored:
                missing.append(f"{page.name}: {link}")
    assert len(pages) > 20
    assert not missing, "\n".join(missing)


def test_what_is_generated_is_in_its_place(site: Path) -> None:
    assert not [page.name for page in site.rglob("*.html") if "generated: " in page.read_text("utf-8")]
    reference = (site / "reference.html").read_text("utf-8")
    for expected in ("DATABASE_POOL_MAX", "order_not_pending", "rehearse-migrations", "length_required", "RUN001"):
        assert expected in reference
    options = (site / "options.html").read_text("utf-8")
    for option in OPTIONS.keys() - {"license"}:
        for value in OPTIONS[option][1:]:
            assert f"{option}={value}" in options
    assert "routes.py (" in options


def test_every_page_can_be_searched(site: Path) -> None:
    index = (site / "searchindex.js").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert f'"{page.relative_to(ROOT / "docs").as_posix()}"' in index


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "source"
    (source / "_static").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "conf.py", source)
    for name in ("favicon.svg", "handbook.css", "handbook.js"):
        (source / "_static" / name).touch()
    (source / "index.md").write_text("# A page\n\n[here](index.md#a-page)\n", "utf-8")
    assert handbook.sphinx(source, tmp_path / "site") == 0

    (source / "index.md").write_text("# A page\n\n[nowhere](nowhere.md)\n", "utf-8")
    assert handbook.sphinx(source, tmp_path / "site") != 0
    assert "nowhere.md" in capfd.readouterr().err


def lines_in(data: dict[str, Any], answers: dict[str, str]) -> dict[str, int]:
    """Return the files with their lines that the configurator shows for ``answers``."""
    found = {}
    for path, depends, lines in data["files"]:
        names = [data["options"][index][0] for index in depends]
        combinations = list(product(*(OPTIONS[name] for name in names)))
        number = lines[combinations.index(tuple(answers[name] for name in names))]
        if number is not None:
            found[path] = number
    return found


def test_the_sizes_in_the_readme_are_about_right(data: dict[str, Any]) -> None:
    stated, right = {}, {}
    for row, folders in {
        "application and settings": ("apps/", "config/"),
        "tools such as the audit": ("tools/",),
        "tests": ("tests/",),
    }.items():
        match = re.search(rf"^\| lines of Python, {row} \| about (.+?) \|", README, re.MULTILINE)
        assert match, row
        for number, example in zip(re.findall(r"\d,\d{3}", match[1]), ("yes", "no"), strict=False):
            answers = {name: values[0] for name, values in OPTIONS.items()} | {"use_example": example}
            stated[row, example] = int(number.replace(",", ""))
            right[row, example] = sum(
                lines
                for path, lines in lines_in(data, answers).items()
                if path.startswith(folders) and path.endswith(".py")
            )
    assert len(stated) == 5
    assert stated == pytest.approx(right, rel=0.1)


@pytest.mark.parametrize(
    "chosen",
    {
        variant.id: variant for variant in [*cover(FUNCTIONAL_VARIANTS), *ALL_VARIANTS[-3:], everything(), nothing()]
    }.values(),
    ids=lambda variant: variant.id,
)
def test_the_configurator_shows_what_is_generated(
    chosen: Variant, data: dict[str, Any], bake: Bakery, cookies: "Cookies"
) -> None:
    answers = dict(chosen.answers)
    # A project of its own: what other tests run leaves files in those that ``bake`` shares, such as ``.local/oidc.pem``.
    project = cookies.bake(extra_context=answers, template=str(bake.template)).project_path
    generated = {
        path: len(content.splitlines()) for path, content in handbook.files_of(project).items() if path != ".env"
    }
    assert lines_in(data, answers) == generated


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    if not CHROMIUM:
        without("Chromium", "it is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which looks for what keeps people from using a page."""
    if not shutil.which("npm"):
        without("npm", "it is not installed")

    def install(folder: Path) -> None:
        run("npm", "install", "--ignore-scripts", "--no-audit", "--prefix", folder, AXE, cwd=ROOT)

    folder = once(CACHE / AXE, install)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_no_violation(
    scheme: Literal["light", "dark"], width: int, site: Path, axe: str, browser: Browser
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = []
    pages = sorted(site.rglob("*.html"))
    # Pages have one style sheet: in the dark and on a phone some are looked at, and the one that has a form.
    for path in pages if scheme == "light" else [*pages[::3], site / "configurator.html"]:
        page.goto(path.as_uri())
        page.evaluate(axe)
        options = {"rules": {"page-has-heading-one": {"enabled": path.name != "search.html"}}}  # the theme's
        violations = page.evaluate("async options => (await axe.run(document, options)).violations", options)
        found += [f"{path.name}: {one['id']}: {one['nodes'][0]['html']}" for one in violations]
    assert not found, "\n".join(found)


def test_axe_looks_at_the_page(axe: str, browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<img src='picture.png'>")
    page.evaluate(axe)
    assert "image-alt" in page.evaluate("async () => (await axe.run()).violations.map(one => one.id)")


@pytest.fixture
def page(site: Path, browser: Browser) -> Iterator[Page]:
    """The configurator in a browser."""
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((site / "configurator.html").as_uri())
    yield page
    assert not problems


def test_the_configurator_is_used_by_keyboard(page: Page, data: dict[str, Any]) -> None:
    assert page.text_content("#command") == "uvx cookiecutter gh:org/django-expert --no-input"
    page.focus("[name=project_name]")
    page.keyboard.press("Control+A")
    page.keyboard.type("Ada's Shop")
    page.focus("#option-api-drf")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.focus("#option-use_celery-yes")
    page.keyboard.press("ArrowDown")

    given = {"api": "ninja", "auth": "session", "use_celery": "no"}
    answers = {option: given.get(option, values[0]) for option, values in OPTIONS.items()}
    words = " ".join(f"{option}={value}" for option, value in given.items())
    command = f"uvx cookiecutter gh:org/django-expert --no-input project_name='Ada'\\''s Shop' {words}"
    assert page.text_content("#command") == command
    assert page.get_attribute("[name=project_slug]", "placeholder") == "ada_s_shop"
    expected = lines_in(data, answers)
    assert f"{len(expected)} files." in (page.text_content("#summary") or "")
    python = sum(
        number for path, number in expected.items() if path.startswith(("apps/", "config/")) and path.endswith(".py")
    )
    assert f"{python:,}" in (page.text_content("#lines tbody tr:first-child") or "")
    assert page.locator("#tree summary", has_text="ninja/").count() == 1
    assert page.locator("#gone li", has_text="apps/outbox/models.py").count() == 1

    page.focus("#tree summary >> nth=0")
    before = page.locator("#tree details[open]").count()
    page.keyboard.press("Enter")
    assert page.locator("#tree details[open]").count() == before + 1


def test_every_field_of_the_configurator_has_a_label(page: Page) -> None:
    unnamed = page.evaluate(
        "[...document.querySelectorAll('#configurator input')].filter(i => !i.labels.length).length"
    )
    assert unnamed == 0
    assert page.locator("#configurator input").count() == 6 + sum(map(len, OPTIONS.values()))
