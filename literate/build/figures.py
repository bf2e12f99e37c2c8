"""Each figure as a file, under its number, with licence and how to cite it: ``make figures``."""

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from playwright.sync_api import Page, sync_playwright

from literate.book.chapters import read_book
from literate.build.browser import FLAGS, ensure_browser
from literate.build.editions import SITE
from literate.errors import BookError

FOLDER = Path("_build") / "figures"

ARCHIVE = "figures.zip"

ABOUT = """\
# The figures of *A Neural Network from First Principles*

Each figure is here as SVG and as PDF, under its number in the book.

They are licensed under CC BY 4.0, https://creativecommons.org/licenses/by/4.0/: use and change
them, and name the source, as in

> Figure 2.1 of *A Neural Network from First Principles*, CC BY 4.0.

and, if you have changed one, say so. Handwritten digits are from MNIST, under CC BY-SA 3.0, and so
are the figures that show them.

| figure | page | what it shows |
|---|---|---|
"""


@dataclass(frozen=True)
class Figure:
    """A figure of a page.

    Parameters
    ----------
    number : str
        Its number, such as ``2.1``.
    page : str
        The name of its page.
    image : Path
        Its file in the built site.
    caption : str
        What it shows, as text.
    """

    number: str
    page: str
    image: Path
    caption: str

    @property
    def name(self) -> str:
        """The name of its files, without their endings."""
        return f"figure-{self.number.replace('.', '-')}"


def build_figures(root: Path) -> Path:
    """Write every figure as SVG and PDF, a list of them, and an archive of all.

    Parameters
    ----------
    root : Path
        The project's folder, with a built site.

    Returns
    -------
    Path
        The archive.
    """
    figures = figures_of(root)
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=FLAGS)
        page = browser.new_page()
        for figure in figures:
            vector = folder / f"{figure.name}.svg"
            shutil.copyfile(figure.image, vector)
            print_figure(page, vector)
        browser.close()
    rows = [f"| {f.number} | {f.page} | {' '.join(f.caption.split())} |" for f in figures]
    (folder / "README.md").write_text(ABOUT + "\n".join(rows) + "\n", encoding="utf-8")
    files = sorted(folder.iterdir())
    archive = folder / ARCHIVE
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as held:
        for file in files:
            held.write(file, f"figures/{file.name}")
    return archive


def figures_of(root: Path) -> list[Figure]:
    """List the numbered figures of the built site, in reading order.

    Raises
    ------
    BookError
        If a page is not built, or a picture is no SVG or is not there.
    """
    found = []
    for chapter in read_book(root):
        page = root / SITE / f"{chapter.docname}.html"
        if not page.is_file():
            raise BookError(f"{page.relative_to(root)} is not there; run `make book` first")
        only = SoupStrainer("figure")
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser", parse_only=only)
        for figure in soup.select("figure:has(.caption-number)"):
            number, text, image = (
                figure.select_one(what) for what in (".caption-number", ".caption-text", "img")
            )
            if number is None or text is None or image is None:
                raise BookError(f"{page.name} has a figure without a caption or a picture")
            file = (page.parent / str(image["src"])).resolve()
            if file.suffix != ".svg" or not file.is_file():
                raise BookError(f"{page.name}: {image['src']} is no SVG that is there")
            label = number.get_text().split()[-1]
            found.append(Figure(label, chapter.docname, file, text.get_text()))
    return found


def print_figure(page: Page, vector: Path) -> None:
    """Print a figure on a sheet of its own size, beside it."""
    drawing = vector.read_text(encoding="utf-8")
    style = "<style>@page { margin: 0 } body { margin: 0 } svg { display: block }</style>"
    page.set_content(style + drawing[drawing.index("<svg") :])
    box = page.locator("body > svg").bounding_box()
    if box is None:
        raise BookError(f"{vector.name} draws nothing")
    width, height = f"{box['width'] + 1:.0f}px", f"{box['height'] + 1:.0f}px"
    page.pdf(path=vector.with_suffix(".pdf"), width=width, height=height, print_background=True)
