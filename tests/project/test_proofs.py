"""The machine-checked proofs: Rocq accepts them, and whatever would weaken them is noticed."""

import shutil

import pytest

from literate.book.equations import Ledger
from literate.book.proofs import files_of_proofs, read_proofs, statements_in
from literate.checks.proofs import COMPILER, PACKAGES, REAL_NUMBERS, check_proofs
from literate.errors import BookError
from tests.book import BOOK

from .conftest import HOME

needs_rocq = pytest.mark.skipif(
    not shutil.which(COMPILER),
    reason=f"{COMPILER} is not installed, so no proof is checked: apt-get install {PACKAGES}",
)
"""The one test file that may be skipped: nothing of the book needs Rocq."""

PROOFS = read_proofs(HOME)

THEOREM = """\
(* eq-one: a sum of one. *)
Theorem one (n : nat) : n + 1 = S n.
Proof. now rewrite PeanoNat.Nat.add_1_r. Qed.
"""


ASSUMED = "Hypothesis assumed : forall n, n + 1 = S n.\n\n"


@pytest.fixture
def small(tmp_path):
    """Write one small file of proofs, and give a function that checks it with some words replaced."""
    folder = tmp_path / "proofs"
    folder.mkdir()
    (folder / "_CoqProject").write_text("-R . Proofs\none.v\n")
    file = folder / "one.v"

    def check(old="", new="", keep=False):
        assert not old or THEOREM.count(old) == 1
        start = f"Require Import Arith.\n\n{ASSUMED if 'assumed' in new else ''}"
        file.write_text(start + (THEOREM.replace(old, new) if old else THEOREM))
        try:
            return check_proofs(tmp_path)
        finally:
            if keep:
                shutil.copy(tmp_path / "_build" / "proofs" / "printed.txt", folder)

    return check


@pytest.fixture
def kept(small):
    """Keep what Rocq prints of the small file as it is right."""
    with pytest.raises(BookError, match="does not keep"):
        small(keep=True)
    return small


@needs_rocq
def test_every_theorem_is_proved_and_states_what_is_kept():
    axioms = check_proofs(HOME)
    assert list(axioms) == [f"{s.file}.{s.name}" for s in PROOFS.statements if s.is_theorem]
    for name, used in axioms.items():
        if name.startswith(("collapse", "paths", "matrices", "adjoint", "blocks")):
            assert used == [], name
    assert not list((HOME / "proofs").glob("*.vo"))


@needs_rocq
def test_a_right_file_passes(kept):
    assert kept() == {"one.one": []}


@needs_rocq
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("now rewrite PeanoNat.Nat.add_1_r. Qed", "Admitted", "Admitted proves nothing"),
        ("now rewrite PeanoNat.Nat.add_1_r. Qed", "reflexivity. Qed", "Error"),
        ("n + 1 = S n", "n + 1 = S n \\/ n = 0", "Error"),
        (": n + 1 = S n", ": 0 < n -> n + 1 = S n", "does not keep"),
        (
            "Proof. now rewrite PeanoNat.Nat.add_1_r. Qed.",
            "Proof. exact (assumed n). Qed.",
            "assumed, which is no axiom",
        ),
    ],
)
def test_what_is_weaker_is_refused(kept, old, new, said):
    with pytest.raises(BookError, match=said):
        kept(old, new)


def test_every_file_of_the_folder_is_in_the_project():
    assert sorted(files_of_proofs(HOME)) == sorted(
        p.stem for p in (HOME / "proofs").glob("*.v")
    )


def test_every_theorem_names_equations_that_assert_something():
    ledger = Ledger(BOOK)
    asserting = {e.label for e in ledger.equations if not e.is_definition}
    named = {label for one in PROOFS.statements for label in one.labels}
    assert named <= asserting, named - asserting


def test_something_is_kept_of_every_theorem():
    names = {f"{one.file}.{one.name}" for one in PROOFS.statements if one.is_theorem}
    assert names <= set(PROOFS.printed)
    assert len(REAL_NUMBERS) == 4


def test_a_statement_is_read_with_its_equations_and_without_its_proof():
    (one,) = statements_in("one", f"Require Import Arith.\n\n{THEOREM}\nLemma two : 1 = 1.\n")
    assert (one.name, one.line, one.labels) == ("one", 3, ("eq-one",))
    assert one.says == "a sum of one."
    assert one.code == "Theorem one (n : nat) : n + 1 = S n."


def test_a_theorem_that_names_no_equation_is_refused(tmp_path):
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "_CoqProject").write_text("one.v\n")
    text = THEOREM.replace("eq-one: a", "A")
    (tmp_path / "proofs" / "one.v").write_text(text)
    with pytest.raises(BookError, match=r"proofs/one\.v:1: the comment before one must begin"):
        read_proofs(tmp_path)
