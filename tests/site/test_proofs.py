"""The appendix of proofs: statements beside their equations, read from the files and never stale."""

import re

from literate.book.proofs import files_of_proofs, read_proofs
from literate.build.build_site import build_site

from .conftest import HOME

PROOFS = read_proofs(HOME)

SMALL = """\
(* The number $x$. *)
Definition x := 41.

(* eq-answer: the number $x$ is defined as 41. *)
Theorem answer : x = 41.
Proof. reflexivity. Qed.

Lemma other : 1 = 1.
Proof. reflexivity. Qed.
"""


def test_page_has_every_file_in_order(soup):
    places = [frame["id"] for frame in soup("proofs").select(".proved")]
    theorems = [one for one in PROOFS.statements if one.is_theorem]
    assert places == [f"proved-{t.file}-{t.name}".replace("_", "-") for t in theorems]
    assert list(dict.fromkeys(t.file for t in theorems)) == files_of_proofs(HOME)


def test_statement_stands_beside_its_equations(soup):
    for one in PROOFS.statements:
        if one.is_theorem:
            place = f"proved-{one.file}-{one.name}".replace("_", "-")
            frame = soup("proofs").find(id=place)
            links = [
                a["href"].partition("#equation-")[2] for a in frame.select(".cell-caption a")
            ]
            assert links == list(one.labels)
            assert frame.select_one("pre").get_text().strip() == one.code


def test_page_shows_what_rocq_prints(soup):
    shown = [pre.get_text().strip() for pre in soup("proofs").select(".printed pre")]
    assert shown == [
        PROOFS.printed[f"{one.file}.{one.name}"] for one in PROOFS.statements if one.is_theorem
    ]


def test_page_and_ledger_follow_an_edit_of_the_proofs(small_book):
    folder = small_book / "proofs"
    folder.mkdir()
    (folder / "_CoqProject").write_text("-R . Proofs\none.v\n")
    (folder / "printed.txt").write_text("== one.answer\nanswer\n     : x = 41\n")
    (folder / "one.v").write_text(SMALL)
    (small_book / "book" / "proofs.md").write_text("# Proofs\n\n```{proofs} one\n```\n")
    toc = small_book / "book" / "_toc.yml"
    toc.write_text(toc.read_text().replace("- file: ledger", "- file: proofs\n- file: ledger"))
    build_site(small_book, everything=False)
    site = small_book / "_build" / "html"
    page = (site / "proofs.html").read_text(encoding="utf-8")
    assert 'id="proved-one-answer"' in page
    assert "other" not in re.sub("<[^>]+>", "", page)
    ledger = (site / "ledger.html").read_text(encoding="utf-8")
    assert 'href="proofs.html#proved-one-answer"' in ledger
    assert "1 are proved by machine" in " ".join(ledger.split())
    (folder / "one.v").write_text(SMALL.replace("answer :", "reply :"))
    build_site(small_book, everything=False)
    assert 'id="proved-one-reply"' in (site / "proofs.html").read_text(encoding="utf-8")
    assert 'proved-one-reply"' in (site / "ledger.html").read_text(encoding="utf-8")
