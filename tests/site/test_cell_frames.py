"""Package cells, check cells, plot cells and timings: each looks like what it is."""

import re
from pathlib import PurePosixPath
from urllib.parse import urldefrag, urlsplit

import pytest

from literate.book.chapters import read_book
from literate.tangle.tangle import assemble

from .conftest import HOME

BOOK = read_book(HOME)
CHAPTERS = {c.docname: c for c in BOOK if c.code_cells}
FILES = assemble(BOOK)
ROOMS = dict.fromkeys(str(PurePosixPath(target).parent) for target in FILES)


@pytest.fixture(scope="module", params=CHAPTERS)
def docname(request):
    return request.param


@pytest.fixture(scope="module")
def page(visit, docname):
    page = visit(f"{docname}.html").page
    yield page
    page.context.close()


def cells_with(docname, wanted):
    return [cell for cell in CHAPTERS[docname].code_cells if wanted(cell)]


def captions(page, kind):
    """Collect the caption of each framed cell of a kind, with its links."""
    return page.locator(f".{kind}").evaluate_all(
        """cells => cells.map(cell => {
          const caption = cell.querySelector(":scope > .cell-caption");
          return {
            id: cell.id,
            text: caption.innerText.trim(),
            links: [...caption.querySelectorAll("a")].map(a => a.href),
            code: cell.querySelector("pre").innerText.trim(),
          };
        })"""
    )


def test_package_cell_names_its_file_and_the_listing_links_back(page, docname, site):
    expected = cells_with(docname, lambda cell: cell.target)
    found = captions(page, "package-cell")
    files = [cell["text"].partition(" \N{MIDDLE DOT} ")[0] for cell in found]
    assert files == [cell.target for cell in expected]
    for cell in found:
        path, place = urldefrag(cell["links"][0])
        listing = (site / urlsplit(path).path.lstrip("/")).read_text()
        block = listing[listing.index(f'id="{place}"') :]
        assert f'href="../{docname}.html#{cell["id"]}"' in block[: block.index("<pre>")]


def test_check_cell_links_to_its_equations(page, docname):
    expected = cells_with(docname, lambda cell: cell.checks)
    found = captions(page, "check-cell")
    assert [[link.split("#equation-")[1] for link in cell["links"]] for cell in found] == [
        list(cell.checks) for cell in expected
    ]
    for cell in found:
        assert re.fullmatch(r"Checks \(\d+\.\d+\)(, \(\d+\.\d+\))*", cell["text"])


def test_code_of_figures_is_folded_and_the_figure_shows(page, docname):
    plots = page.locator(".plot-cell")
    assert plots.count() == len(cells_with(docname, lambda cell: "plot" in cell.tags))
    # Where a script runs, the picture that moves stands in place of the still one.
    for plot in page.locator(".plot-cell:visible").all():
        assert plot.locator("summary").inner_text() == "Show the code of this figure"
        assert not plot.locator("pre").first.is_visible()
        plot.locator("img").first.scroll_into_view_if_needed()  # it loads when it comes near
        plot.locator("img").first.wait_for(state="visible")
        plot.locator("summary").click()
        assert plot.locator("pre").first.is_visible()


def test_package_code_is_never_folded(page):
    for cell in page.locator(".package-cell").all():
        assert cell.locator("pre").first.is_visible()


def test_timings_carry_a_note(page, docname):
    notes = page.locator(".cell-note")
    timings = cells_with(docname, lambda cell: "nbval-ignore-output" in cell.tags)
    assert notes.all_inner_texts() == ["Times differ from run to run."] * len(timings)


@pytest.mark.parametrize("room", ROOMS)
def test_the_page_of_a_room_lists_its_files_with_all_their_code(visit, room):
    page = visit(f"listings/{PurePosixPath(room).name}.html").page
    code = page.locator("section section").evaluate_all(
        """sections => sections.map(section => [
          section.querySelector("h2 code").textContent,
          ...[...section.querySelectorAll(".listing-block pre")].map(block => {
            const copy = block.cloneNode(true);
            copy.querySelectorAll(".linenos").forEach(number => number.remove());
            return copy.textContent.replace(/^\\n+|\\n+$/g, "");
          })])"""
    )
    files = [
        file for target, file in FILES.items() if str(PurePosixPath(target).parent) == room
    ]
    assert code == [[file.target, *(block.text for block in file.blocks)] for file in files]
    page.context.close()
