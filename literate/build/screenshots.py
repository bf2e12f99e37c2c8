"""Photographs of every built page, for a person to look through: ``make screenshots``."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from literate.build.browser import FLAGS, LOADED, ensure_browser, served
from literate.build.editions import SITE


@dataclass(frozen=True)
class Look:
    """How wide the window is, and which colours the reader prefers."""

    width: int
    scheme: Literal["light", "dark"]


LOOKS = {"wide": Look(1280, "light"), "narrow": Look(390, "light"), "dark": Look(1280, "dark")}

# Chromium draws no picture of any height: long pages become several files.
TALLEST = 4000

# What waits until the reader comes near it must not wait here.
ALL_PICTURES = """() => Promise.all([...document.images].map(image => {
  image.loading = "eager";
  return image.decode().catch(() => null);
})).then(() => null)"""


def main(root: Path, wanted: list[str]) -> None:
    """Photograph the pages whose names are given, or all of them."""
    site, folder = root / SITE, root / "_build" / "screenshots"
    pages = sorted(p.relative_to(site).with_suffix("").as_posix() for p in site.rglob("*.html"))
    pages = [page for page in pages if not page.startswith(("_static/", "slides/"))]
    if not pages:
        sys.exit("There is no built site; run `make book` first.")
    shutil.rmtree(folder, ignore_errors=True)
    program = ensure_browser()
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for page in wanted or pages:
            for look in LOOKS:
                photograph(browser, f"{address}/{page}.html", folder / page, look)
        browser.close()
    print(f"open {folder}")


def photograph(browser: Browser, url: str, path: Path, name: str) -> None:
    """Write one page in one look as PNG files."""
    look = LOOKS[name]
    page = browser.new_page(
        viewport={"width": look.width, "height": 900}, color_scheme=look.scheme
    )
    page.goto(url)
    page.wait_for_function(LOADED)
    page.evaluate(ALL_PICTURES)
    total = page.evaluate("document.documentElement.scrollHeight")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": look.width, "height": min(total, TALLEST)})
    for number, top in enumerate(range(0, total, TALLEST), start=1):
        page.evaluate(f"window.scrollTo(0, {top})")
        page.screenshot(path=f"{path}-{name}-{number}.png")
    page.close()


if __name__ == "__main__":
    main(Path.cwd(), sys.argv[1:])
