"""The site of the documents, as `make docs` builds it, loads nothing from elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

SITE: Path = settings.BASE_DIR / "var" / "site"
FOREIGN = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
# What a browser loads by itself, and the attribute that says from where. A link that a reader follows is not among it.
LOADS = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
# Links that say what a page is, and load nothing.
SAYS_ONLY = {"canonical", "next", "prev", "alternate", "edit", "license"}

pytestmark = pytest.mark.skipif(not SITE.is_dir(), reason="the site is not built: make docs")


class Loads(HTMLParser):
    """Collects what a page loads from another host."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and set((given.get("rel") or "").split()) <= SAYS_ONLY:
            return
        for name in LOADS.get(tag, ()):
            if FOREIGN.match(given.get(name) or ""):
                self.foreign.append(f"{tag} {given[name]}")


def loaded_by(page: str) -> list[str]:
    parser = Loads()
    parser.feed(page)
    styles = re.findall(r"url\(\s*['\"]?((?:https?:)?//[^)'\"]+)|@import\s+['\"]((?:https?:)?//[^'\"]+)", page)
    return parser.foreign + [f"style {one or other}" for one, other in styles]


def test_what_loads_from_elsewhere_is_found() -> None:
    page = '<script src="//x/a.js"></script><link rel="stylesheet" href="https://x/a.css"><a href="https://x">x</a>'
    page += "<style>@import 'https://x/b.css'; p {background: url(https://x/c.png)}</style><img src='d.png'>"
    assert loaded_by(page) == [
        "script //x/a.js",
        "link https://x/a.css",
        "style https://x/b.css",
        "style https://x/c.png",
    ]


def test_no_page_and_no_style_loads_anything_from_elsewhere() -> None:
    files = [path for path in SITE.rglob("*") if path.suffix in (".html", ".css", ".svg")]
    assert len(files) > 40
    found = {str(path.relative_to(SITE)): loaded_by(path.read_text()) for path in files}
    assert {path: loads for path, loads in found.items() if loads} == {}


def test_diagrams_are_drawn_by_a_script_of_the_site() -> None:
    """Material fetches Mermaid from a server where the page has not loaded it already."""
    page = (SITE / "architecture.html").read_text()
    assert '<pre class="mermaid">' in page
    assert page.index('src="javascripts/mermaid.min.js"') > 0
    assert 'globalThis["mermaid"]' in (SITE / "javascripts" / "mermaid.min.js").read_text()[-500:]
