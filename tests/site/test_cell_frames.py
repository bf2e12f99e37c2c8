"""Package cells, check cells, plot cells and timings: each looks like what it is."""

import posixpath
import re
from copy import copy
from pathlib import PurePosixPath

import pytest

from literate.tangle.tangle import assemble
from tests.book import BOOK

CHAPTERS = {c.docname: c for c in BOOK if c.code_cells}
FILES = assemble(BOOK)
ROOMS = dict.fromkeys(str(PurePosixPath(target).parent) for target in FILES)


@pytest.fixture(params=CHAPTERS)
def docname(request):
    return request.param


FEW = 4


def cells_with(docname, wanted):
    return [cell for cell in CHAPTERS[docname].code_cells if wanted(cell)]


def text_of(element):
    return " ".join(element.get_text().split())


def links_in(element):
    return [link["href"] for link in element.select("a[href]")]


def test_package_cell_names_its_file_and_the_listing_links_back(soup, docname):
    expected = cells_with(docname, lambda cell: cell.target)
    found = soup(docname).select(".package-cell")
    captions = [cell.select_one(".cell-caption") for cell in found]
    files = [text_of(caption).partition(" \N{MIDDLE DOT} ")[0] for caption in captions]
    assert files == [cell.target for cell in expected]
    for cell, caption in zip(found, captions, strict=True):
        listing, _, place = links_in(caption)[0].partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(docname), listing))
        block = soup(name.removesuffix(".html")).find(id=place)
        up = "../" * name.count("/")
        assert f"{up}{docname}.html#{cell['id']}" in links_in(block.parent)


def test_check_cell_links_to_its_equations(soup, docname):
    expected = cells_with(docname, lambda cell: cell.checks)
    captions = [
        cell.select_one(".cell-caption") for cell in soup(docname).select(".check-cell")
    ]
    named = [[link.split("#equation-")[1] for link in links_in(c)] for c in captions]
    assert named == [list(cell.checks) for cell in expected]
    for caption in captions:
        assert re.match(
            r"Checks \(\d+\.\d+\)(, \(\d+\.\d+\))*( \N{MIDDLE DOT} |$)", text_of(caption)
        )


def test_check_cell_says_in_its_caption_how_it_checks_and_what_it_saw(soup, docname):
    cells = cells_with(docname, lambda cell: cell.checks)
    captions = [
        text_of(cell.select_one(".cell-caption"))
        for cell in soup(docname).select(".check-cell")
    ]
    for cell, caption in zip(cells, captions, strict=True):
        said = caption.partition(" \N{MIDDLE DOT} ")[2]
        kinds, _, seen = said.partition("; ")
        assert kinds == " and ".join(
            [", ".join(cell.kinds[:-1]), *cell.kinds[-1:]]
        ).removeprefix(" and ")
        assert re.fullmatch(
            r"|no difference|error [\d.·−]+, [\d.·−]+ of its bound [\d.·−]+", seen
        )


def test_package_cell_shows_no_output(soup, docname):
    assert soup(docname).select(".package-cell .cell_output") == []


def folds_code(tag):
    """Tell a part that folds code from one that folds the whole section around it."""
    return tag.name == "details" and "beside-section" not in tag.get("class", [])


def test_check_of_more_than_a_few_lines_is_folded_and_its_output_is_not(soup, docname):
    cells = cells_with(docname, lambda cell: cell.checks)
    for cell, shown in zip(cells, soup(docname).select(".check-cell"), strict=True):
        lines = cell.source.strip("\n").count("\n") + 1
        code = shown.select_one(".cell_input pre")
        assert code.get_text().strip("\n") == cell.source.strip("\n")
        folded = code.find_parent(folds_code)
        assert bool(folded) == (lines > FEW)
        if folded:
            assert text_of(folded.select_one(".collapsed")) == f"Show the check, {lines} lines"
            assert not folded.has_attr("open")
        assert not [out for out in shown.select(".cell_output") if out.find_parent(folds_code)]


def test_code_of_figures_is_folded(soup, docname):
    plots = soup(docname).select(".plot-cell")
    assert len(plots) == len(cells_with(docname, lambda cell: "plot" in cell.tags))
    for plot in plots:
        shown = plot.select_one("summary .collapsed")
        assert text_of(shown) == "Show the code of this figure"
        folded = plot.select_one("pre").find_parent("details")
        assert not folded.has_attr("open")
        assert plot.select_one("img").find_parent(folds_code) is None


def test_timings_carry_a_note(soup, docname):
    notes = [text_of(note) for note in soup(docname).select(".cell-note")]
    timings = cells_with(docname, lambda cell: "nbval-ignore-output" in cell.tags)
    assert notes == ["Times differ from run to run."] * len(timings)


def test_in_a_browser_figures_show_and_fold_and_package_code_shows(visit):
    docname = next(name for name in CHAPTERS if cells_with(name, lambda c: "plot" in c.tags))
    page = visit(f"{docname}.html").page
    for plot in page.locator(".plot-cell:visible").all():
        assert not plot.locator("pre").first.is_visible()
        plot.locator("img").first.scroll_into_view_if_needed()  # it loads when it comes near
        plot.locator("img").first.wait_for(state="visible")
        plot.locator("summary").click()
        assert plot.locator("pre").first.is_visible()
    for cell in page.locator(".package-cell").all():
        assert cell.locator("pre").first.is_visible()
    page.context.close()


@pytest.mark.parametrize("room", ROOMS)
def test_the_page_of_a_room_lists_its_files_with_all_their_code(soup, room):
    listed = []
    for section in soup(f"listings/{PurePosixPath(room).name}").select("section section"):
        blocks = [copy(block) for block in section.select(".listing-block pre")]
        for number in [number for block in blocks for number in block.select(".linenos")]:
            number.decompose()
        texts = [block.get_text().strip("\n") for block in blocks]
        listed.append([section.select_one("h2 code").get_text(), *texts])
    files = [
        file for target, file in FILES.items() if str(PurePosixPath(target).parent) == room
    ]
    assert listed == [[file.target, *(block.text for block in file.blocks)] for file in files]
