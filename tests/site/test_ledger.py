"""The marks beside the equations and the ledger: what they say, where they lead, and that they stay true."""

import math
import re

import pytest

from literate.book.chapters import read_book
from literate.book.equations import Ledger
from literate.build.build_site import build_site
from literate.checks.records import Record
from literate.checks.run_wrong_formulas import results_of_book
from literate.site.ledger import what_was_seen

from .conftest import HOME

LEDGER = Ledger(read_book(HOME))
RESULTS = results_of_book(HOME)
PAGES = list(dict.fromkeys(e.chapter.docname for e in LEDGER.equations))


@pytest.fixture(scope="module", params=PAGES)
def docname(request):
    return request.param


@pytest.fixture(scope="module")
def page(visit, docname):
    page = visit(f"{docname}.html").page
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def ledger_page(visit):
    page = visit("ledger.html").page
    yield page
    page.context.close()


def equations_of(docname):
    return [e for e in LEDGER.equations if e.chapter.docname == docname]


MARKS = """equations => equations.map(equation => ({
  label: equation.id.replace("equation-", ""),
  text: equation.querySelector(".equation-mark").innerText.trim(),
  links: [...equation.querySelectorAll(".equation-mark a")].map(a => a.getAttribute("href")),
}))"""


def test_every_equation_has_its_mark(page, docname):
    marks = page.locator("div.math[id^=equation-eq]").evaluate_all(MARKS)
    assert [mark["label"] for mark in marks] == [e.label for e in equations_of(docname)]
    for mark, equation in zip(marks, equations_of(docname), strict=True):
        checks = LEDGER.checks_of(equation.label)
        if equation.is_definition:
            assert (mark["text"], mark["links"]) == ("definition", [])
        else:
            numbers = [str(number) for number in range(2, len(checks) + 1)]
            assert mark["text"].split() == ["checked", *numbers]
            assert [link.removeprefix(f"{docname}.html") for link in mark["links"]] == [
                f"#check-cell-{check.number}" for check in checks
            ]


def test_mark_leads_to_a_check_cell_that_leads_back(page, docname):
    for mark in page.locator("div.math[id^=equation-eq]").evaluate_all(MARKS):
        for link in mark["links"]:
            cell = page.locator(link)
            assert "check-cell" in cell.get_attribute("class").split()
            back = cell.locator(f'.cell-caption a[href="#equation-{mark["label"]}"]')
            assert back.count() == 1


def test_mark_is_reached_and_followed_with_the_keyboard(page, docname):
    equation = next(e for e in equations_of(docname) if not e.is_definition)
    mark = page.locator(f"#equation-{equation.label} .equation-mark a").first
    mark.focus()
    assert mark.evaluate("link => link === document.activeElement && link.tabIndex === 0")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#check-cell-\d+$"))


@pytest.mark.parametrize(("media", "width"), [("screen", 390), ("print", 720)])
def test_marks_are_seen_on_a_telephone_and_on_paper(page, media, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(media=media)
    boxes = page.locator(".equation-mark").evaluate_all(
        "es => es.map(e => e.getBoundingClientRect()).map(b => [b.left, b.right, b.height])"
    )
    assert [box for box in boxes if box[0] < 0 or box[1] > width or box[2] < 8] == []
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_ledger_lists_every_equation_in_reading_order(ledger_page):
    entries = ledger_page.locator(".ledger-entry")
    assert entries.evaluate_all("es => es.map(e => e.id)") == [
        f"ledger-{e.label}" for e in LEDGER.equations
    ]
    links = ledger_page.locator(".ledger-number a").evaluate_all(
        "as => as.map(a => [a.getAttribute('href'), a.innerText])"
    )
    assert [link for link, _ in links] == [
        f"{e.chapter.docname}.html#equation-{e.label}" for e in LEDGER.equations
    ]
    assert all(re.fullmatch(r"\(\d+\.\d+\)", text) for _, text in links)
    assert ledger_page.locator(".ledger-entry mjx-container").count() == len(LEDGER.equations)
    assert ledger_page.locator("span.eqno").count() == 0


def test_ledger_has_the_numbers_of_the_pages(ledger_page, page, docname):
    numbers = page.locator("div.math[id^=equation-eq] .eqno").evaluate_all(
        "es => es.map(e => e.firstChild.textContent)"
    )
    listed = ledger_page.locator(f'.ledger-number a[href^="{docname}.html#"]')
    assert listed.all_inner_texts() == numbers


def test_ledger_counts(ledger_page):
    definitions = sum(e.is_definition for e in LEDGER.equations)
    rest = len(LEDGER.equations) - definitions
    assert ledger_page.locator(".ledger-counts").inner_text() == (
        f"The book has {len(LEDGER.equations)} numbered equations: {definitions} definitions and {rest} that"
        f" assert something. Of these, {rest} are checked, 100 %, by {len(LEDGER.checks)} cells. These cells catch"
        f" {len(RESULTS.outcomes)} of {len(RESULTS.outcomes)} wrong formulas."
    )


def test_ledger_leads_to_checks_and_says_what_they_saw(ledger_page):
    records = {(r.docname, r.number): r for r in RESULTS.records}
    for equation in LEDGER.equations:
        lines = ledger_page.locator(
            f"#ledger-{equation.label} dd p:has(a[href*='#check-cell-'])"
        )
        checks = LEDGER.checks_of(equation.label)
        assert lines.locator("a").evaluate_all("as => as.map(a => a.getAttribute('href'))") == [
            f"{check.docname}.html#check-cell-{check.number}" for check in checks
        ]
        for text, check in zip(lines.all_inner_texts(), checks, strict=True):
            seen = "".join(
                n.astext() for n in what_was_seen(records[check.docname, check.number])
            )
            assert text.endswith(seen)
            assert all(kind in text for kind in check.kinds)


def test_ledger_leads_to_the_cell_that_builds_each_function(ledger_page, site):
    for found in LEDGER.implementations:
        for label in found.labels:
            line = ledger_page.locator(f"#ledger-{label} dd p").filter(
                has=ledger_page.get_by_text(found.name, exact=True)
            )
            for link in line.locator("a").evaluate_all(
                "as => as.map(a => a.getAttribute('href'))"
            ):
                path, place = link.split("#")
                html = (site / path).read_text(encoding="utf-8")
                cell = html[html.index(f'id="{place}"') :]
                code = re.sub("<[^>]+>", "", cell[: cell.index("</pre>")])
                last = found.name.split(".")[-1]
                assert re.search(rf"(def|class) {last}\b", code), link


def test_ledger_names_the_wrong_formulas_that_are_caught(ledger_page):
    for equation in LEDGER.equations:
        links = ledger_page.locator(f"#ledger-{equation.label} a[href^='wrong_formulas.html#']")
        assert links.evaluate_all(
            "as => as.map(a => [a.innerText, a.getAttribute('href')])"
        ) == [
            [o.formula.name, f"wrong_formulas.html#wrong-{o.formula.name}"]
            for o in RESULTS.outcomes
            if equation.label in o.formula.equations
        ]


# What a check saw


@pytest.mark.parametrize(
    ("error", "bound", "text"),
    [
        (0.0, 0.0, "no difference"),
        (0.0, 2e-15, "error 0, allowed 2.0·10−15"),
        (1e-16, 2e-15, "error 1.0·10−16, allowed 2.0·10−15"),
        (None, None, ""),
    ],
)
def test_what_was_seen_is_said(error, bound, text):
    record = Record("one", 1, 1, ("eq-a",), (), True, 1, error, bound)
    assert "".join(node.astext() for node in what_was_seen(record)) == text


def test_every_recorded_error_is_within_its_bound():
    for record in RESULTS.records:
        assert record.passed, record
        if record.error is not None:
            assert math.isfinite(record.error)
            assert record.error <= record.bound


# Nothing stale, in a small book


def article(root, docname):
    html = (root / "_build" / "html" / f"{docname}.html").read_text(encoding="utf-8")
    return html[html.index("<article") : html.index("</article>")]


def text_of(root, docname):
    return " ".join(re.sub("<[^>]+>", "", article(root, docname)).split())


def edit(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_ledger_of_a_small_book(small_book):
    text = text_of(small_book, "ledger")
    assert "2 numbered equations: 1 definitions and 1 that assert something" in text
    assert "check 1: exact; error 0.25, allowed 0.5" in text
    assert "answer in nnmath/answer.py" in text


def test_ledger_follows_an_edit_of_a_check_and_of_what_it_calls(small_book):
    edit(small_book / "book" / "late.md", "41.25", "41.125")
    build_site(small_book, everything=False)
    assert "error 0.12, allowed 0.5" in text_of(small_book, "ledger")
    edit(small_book / "book" / "early.md", "return 41", "return 41.5")
    build_site(small_book, everything=False)
    assert "error 0.38, allowed 0.5" in text_of(small_book, "ledger")


def test_mark_of_an_unedited_page_follows_its_check(small_book):
    early = small_book / "_build" / "html" / "early.html"
    assert 'href="late.html#check-cell-1">checked</a>' in early.read_text()
    other = "```{code-cell} ipython3\n:checks: [eq-answer]\n:kind: [exact]\n\nassert answer() == 41\n```\n\n"
    edit(
        small_book / "book" / "late.md",
        "```{code-cell} ipython3\n:checks: [eq-answer]\n:kind",
        f"{other}```{{code-cell}} ipython3\n:checks: [eq-answer]\n:kind",
    )
    build_site(small_book, everything=False)
    html = early.read_text()
    assert 'href="late.html#check-cell-1">checked</a>' in html
    assert 'href="late.html#check-cell-2" aria-label="check 2">2</a>' in html


def test_ledger_is_the_same_when_all_is_built_anew(small_book):
    before = article(small_book, "ledger")
    build_site(small_book, everything=True)
    assert article(small_book, "ledger") == before
