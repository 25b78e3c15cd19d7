"""Hooks of mkdocs: what the site is made of beside the pages in docs.

The README is its first page. A link to a file of the project that is no page of the site is left out; its words stay.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
# Files of the project that are pages of the site, and under which name.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
MERMAID = "javascripts/mermaid.min.js"
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
CODE = re.compile(r"(^```.*?^```$|(?<![\[`])`[^`\n]+`(?![\]`]))", re.MULTILINE | re.DOTALL)

DECISIONS = "Decisions"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every decision into the navigation."""
    pages = sorted(path.name for path in (ROOT / "docs" / "adr").glob("0*.md"))
    for section in config.nav or []:
        for entry in next(iter(section.values())):
            if isinstance(entry, dict) and DECISIONS in entry:
                entry[DECISIONS] = ["adr/index.md", *(f"adr/{name}" for name in pages)]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and the script that are not in docs."""
    for source, name in PAGES.items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / source)))
    files.append(File.generated(config, MERMAID, abs_src_path=str(ROOT / "var" / "docs" / "mermaid.min.js")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links into those of the site."""
    source = next((path for path, name in PAGES.items() if name == page.file.src_uri), f"docs/{page.file.src_uri}")
    parts = CODE.split(markdown)
    return "".join(part if number % 2 else _linked(part, source, page, files) for number, part in enumerate(parts))


def _linked(text: str, source: str, page: Page, files: Files) -> str:
    def target(found: "re.Match[str]") -> str:
        mark, words, link = found.groups()
        if "://" in link or link.startswith(("#", "mailto:")):
            return found[0]
        path, _, anchor = link.partition("#")
        # Of the project's root, then of the site.
        there = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        name = PAGES.get(there, there.removeprefix("docs/") if there.startswith("docs/") else "")
        if name == "adr":
            name = "adr/index.md"
        if not name and (ROOT / there).exists():
            return words
        here = posixpath.dirname(page.file.src_uri) or "."
        return f"{mark}[{words}]({posixpath.relpath(name or there, here)}{'#' + anchor if anchor else ''})"

    return LINK.sub(target, text)
