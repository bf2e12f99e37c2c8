"""The marks beside the equations and the ledger: what they say, where they lead, and that they stay true."""

import math
import re

import pytest

from literate.book.equations import Ledger
from literate.book.proofs import read_proofs
from literate.build.build_site import build_site
from literate.checks.kept_meanings import Outcome
from literate.checks.records import Record
from literate.checks.run_wrong_formulas import results_of_book
from literate.site.ledger import Table, what_was_seen
from tests.book import BOOK

from .conftest import HOME

LEDGER = Ledger(BOOK)
PROOFS = read_proofs(HOME)
PAGES = list(dict.fromkeys(e.chapter.docname for e in LEDGER.equations))


@pytest.fixture(params=PAGES)
def docname(request):
    return request.param


@pytest.fixture(scope="module")
def results():
    return results_of_book(HOME)


@pytest.fixture(scope="module")
def entries(soup):
    return {entry["id"]: entry for entry in soup("ledger").select(".ledger-entry")}


def equations_of(docname):
    return [e for e in LEDGER.equations if e.chapter.docname == docname]


def text_in(element):
    return " ".join(element.get_text(" ").split())


def links_in(element, selector="a[href]"):
    return [link["href"] for link in element.select(selector)]


def displays(soup, docname):
    return soup(docname).select("div.math[id^=equation-eq]")


def test_every_equation_has_its_mark(soup, docname):
    shown = displays(soup, docname)
    assert [e["id"] for e in shown] == [f"equation-{e.label}" for e in equations_of(docname)]
    for display, equation in zip(shown, equations_of(docname), strict=True):
        mark = display.select_one(".equation-mark")
        checks = LEDGER.checks_of(equation.label)
        if equation.is_definition:
            assert (text_in(mark), links_in(mark)) == ("definition", [])
        else:
            numbers = [str(number) for number in range(2, len(checks) + 1)]
            assert text_in(mark).split() == ["checked", *numbers]
            assert links_in(mark) == [
                ("" if check.docname == docname else f"{check.docname}.html")
                + f"#check-cell-{check.number}"
                for check in checks
            ]


def test_mark_leads_to_a_check_cell_that_leads_back(soup, docname):
    for display in displays(soup, docname):
        for link in links_in(display, ".equation-mark:not(.in-code) a"):
            page, _, place = link.partition("#")
            cell = soup(page.removesuffix(".html") or docname).find(id=place)
            assert "check-cell" in cell["class"]
            home = f"{docname}.html" if page else ""
            equation = f"{home}#{display['id']}"
            back = [a for a in links_in(cell, ".cell-caption a") if a == equation]
            assert len(back) == 1


def test_mark_is_reached_and_followed_with_the_keyboard(visit):
    equation = next(e for e in LEDGER.equations if not e.is_definition)
    page = visit(f"{equation.chapter.docname}.html").page
    mark = page.locator(f"#equation-{equation.label} .equation-mark a").first
    mark.focus()
    assert mark.evaluate("link => link === document.activeElement && link.tabIndex === 0")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#check-cell-\d+$"))
    page.context.close()


def test_ledger_lists_every_equation_in_reading_order(soup, entries):
    assert list(entries) == [f"ledger-{e.label}" for e in LEDGER.equations]
    numbers = soup("ledger").select(".ledger-number a")
    assert [a["href"] for a in numbers] == [
        f"{e.chapter.docname}.html#equation-{e.label}" for e in LEDGER.equations
    ]
    assert all(re.fullmatch(r"\(\d+\.\d+\)", a.get_text()) for a in numbers)
    assert all(entry.select_one("div.math, span.math") for entry in entries.values())
    assert soup("ledger").select("span.eqno") == []


def test_ledger_has_the_numbers_of_the_pages(soup, docname):
    numbers = [d.select_one(".eqno").find(string=True) for d in displays(soup, docname)]
    listed = soup("ledger").select(f'.ledger-number a[href^="{docname}.html#"]')
    assert [a.get_text() for a in listed] == numbers


def test_ledger_counts(soup, results):
    definitions = sum(e.is_definition for e in LEDGER.equations)
    rest = len(LEDGER.equations) - definitions
    assert " ".join(soup("ledger").select_one(".ledger-counts").get_text().split()) == (
        f"The book has {len(LEDGER.equations)} numbered equations: {definitions} definitions and {rest} that"
        f" assert something. Of these, {rest} are checked, 100 %, by {len(LEDGER.checks)} cells and"
        f" {len({label for one in PROOFS.statements for label in one.labels})} are proved by machine. The cells catch"
        f" {len(results.outcomes)} of {len(results.outcomes)} wrong formulas."
    )


def test_ledger_leads_to_checks_and_says_what_they_saw(entries, results):
    records = {(r.docname, r.number): r for r in results.records}
    for equation in LEDGER.equations:
        lines = [
            p
            for p in entries[f"ledger-{equation.label}"].select("dd p")
            if p.select_one("a[href*='#check-cell-']")
        ]
        checks = LEDGER.checks_of(equation.label)
        assert [link for line in lines for link in links_in(line)] == [
            f"{check.docname}.html#check-cell-{check.number}" for check in checks
        ]
        for line, check in zip(lines, checks, strict=True):
            text = line.get_text()
            seen = "".join(
                n.astext() for n in what_was_seen(records[check.docname, check.number])
            )
            assert text.endswith(seen)
            assert all(kind in text for kind in check.kinds)


def test_ledger_leads_to_what_is_proved_by_machine(soup, entries):
    for equation in LEDGER.equations:
        links = entries[f"ledger-{equation.label}"].select("a[href^='proofs.html#']")
        theorems = PROOFS.theorems_of(equation.label)
        assert [a.get_text() for a in links] == [one.name for one in theorems]
        for a, one in zip(links, theorems, strict=True):
            frame = soup("proofs").find(id=a["href"].partition("#")[2])
            assert one.code.splitlines()[0] in frame.select_one("pre").get_text()


def test_ledger_leads_to_the_cell_that_builds_each_function(place, entries):
    for found in LEDGER.implementations:
        for label in found.labels:
            lines = [
                p
                for p in entries[f"ledger-{label}"].select("dd p")
                if any(code.get_text() == found.name for code in p.select("code"))
            ]
            assert lines, found
            for link in [link for line in lines for link in links_in(line)]:
                page, anchor = link.split("#")
                cell = place(page.removesuffix(".html"), anchor)
                last = found.name.split(".")[-1]
                code = cell.select_one("pre").get_text()
                assert re.search(rf"(def|class) {last}\b", code), link


def test_ledger_names_the_wrong_formulas_that_are_caught(entries, results):
    for equation in LEDGER.equations:
        links = entries[f"ledger-{equation.label}"].select("a[href^='wrong_formulas.html#']")
        assert [(a.get_text(), a["href"]) for a in links] == [
            (o.formula.name, f"wrong_formulas.html#wrong-{o.formula.name}")
            for o in results.outcomes
            if equation.label in o.formula.equations
        ]


# What a check saw


@pytest.mark.parametrize(
    ("error", "bound", "text"),
    [
        (0.0, 0.0, "no difference"),
        (0.0, 2e-15, "error 0, 0 of its bound 2.0·10−15"),
        (1e-16, 2e-15, "error 1.0·10−16, 0.05 of its bound 2.0·10−15"),
        (3.0, 3.0, "error 3, 1 of its bound 3"),
        (2e-16, 1e-13, "error 2.0·10−16, 2.0·10−3 of its bound 1.0·10−13"),
        (None, None, ""),
    ],
)
def test_what_was_seen_is_said(error, bound, text):
    record = Record("one", 1, 1, ("eq-a",), (), True, 1, error, bound)
    assert "".join(node.astext() for node in what_was_seen(record)) == text


def test_every_recorded_error_is_within_its_bound(results):
    for record in results.records:
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
    assert "check 1: exact; error 0.25, 0.5 of its bound 0.5" in text
    assert "answer in nnmath/answer.py" in text


def test_ledger_follows_an_edit_of_a_check_and_of_what_it_calls(small_book):
    edit(small_book / "book" / "late.md", "41.25", "41.125")
    build_site(small_book, everything=False)
    assert "error 0.12, 0.25 of its bound 0.5" in text_of(small_book, "ledger")
    edit(small_book / "book" / "early.md", "return 41", "return 41.5")
    build_site(small_book, everything=False)
    assert "error 0.38, 0.75 of its bound 0.5" in text_of(small_book, "ledger")


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
    edit(small_book / "book" / "late.md", "41.25", "41.125")
    build_site(small_book, everything=False)
    ledger = small_book / "_build" / "html" / "ledger.html"
    before, made = article(small_book, "ledger"), ledger.stat().st_mtime_ns
    build_site(small_book, everything=True)
    assert ledger.stat().st_mtime_ns > made
    assert article(small_book, "ledger") == before


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            Outcome("eq-x", networks=6, false=3, ill_typed=1, bounds=1),
            "in 6 networks; holds; 4 of 5 mistakes noticed",
        ),
        (Outcome("eq-x", reason="it is about chance"), "no: it is about chance"),
    ],
)
def test_the_ledger_says_what_evaluation_gave(outcome, said):
    assert Table.evaluation(outcome).astext() == said


def test_the_ledger_says_why_a_mistake_leaves_an_equation_true():
    outcome = Outcome("eq-x", survivors=("sign: a → -a",), listed={"sign: a → -a": "a is 0"})
    assert [line.astext() for line in Table.survivors(outcome)] == [
        "true with sign: a → -a: a is 0"
    ]


def test_the_ledger_counts_mistakes(results):
    meanings = {
        "eq-x": Outcome("eq-x", false=3, ill_typed=1, bounds=1, survivors=("a", "b")),
        "eq-y": Outcome("eq-y", reason="it is about chance"),
    }
    (counts,) = Table(LEDGER, results, PROOFS, meanings, "ledger").evaluations()
    assert counts.astext().startswith(
        "1 equations are evaluated as they are printed. A machine made 7"
    )
    assert "With 4 of these" in counts.astext()
    assert (
        "1 change an inequality that no draw refutes, and 2 others leave it true"
        in counts.astext()
    )
