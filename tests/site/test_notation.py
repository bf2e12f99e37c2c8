"""The file of the notation: what it gives to the pages, and what it refuses."""

import pytest

from literate.book.notation import read_notation
from literate.errors import BookError

from .conftest import HOME

GOOD = """\
macros:
  W: {args: 1, tex: 'W^{(#1)}'}
  R: {args: 0, tex: '\\mathbb{R}'}
topics:
  - id: layers
    title: Layers
    symbols:
      - {tex: 'l', meaning: a layer, shape: '', code: '`l`'}
"""


def read(tmp_path, text):
    path = tmp_path / "notation.yml"
    path.write_text(text)
    return read_notation(path)


def test_macros_are_given_to_mathjax(tmp_path):
    assert read(tmp_path, GOOD).mathjax_macros() == {"W": ["W^{(#1)}", 1], "R": r"\mathbb{R}"}


def test_topic_gives_its_symbols(tmp_path):
    (symbol,) = read(tmp_path, GOOD).topic("layers").symbols
    assert (symbol.tex, symbol.meaning, symbol.code) == ("l", "a layer", "`l`")


def test_topic_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(
        BookError, match="no topic 'sizes' in the notation; the topics are layers"
    ):
        read(tmp_path, GOOD).topic("sizes")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("macros:", "macro:", "expected the two keys macros and topics"),
        ("macros:", "macros: [", "malformed YAML"),
        ("  W:", "  W2:", "macros: W2: a macro's name is made of letters only"),
        ("args: 1, ", "", "macros: W: expected the two keys args and tex"),
        ("args: 1", "args: one", "macros: W: args must be a number from 0 to 9, got 'one'"),
        ("args: 1", "args: 2", "macros: W: args is 2, but tex uses the arguments #1"),
        ("args: 0", "args: 1", "macros: R: args is 1, but tex uses the arguments none"),
        ("'W^{(#1)}'", "''", "macros: W: tex must be text, got ''"),
        ("title: Layers", "", "topic 1: expected the keys id, title and symbols"),
        (
            "shape: ''",
            "size: ''",
            "topic layers, symbol 1: expected the keys tex, meaning, shape",
        ),
        (
            "shape: ''",
            "shape: '', value: [a, b]",
            "topic layers, symbol 1: value must name a quantity for each symbol of tex",
        ),
        (
            "shape: ''",
            "shape: '', value: 1",
            "topic layers, symbol 1: value must be text or a list, got 1",
        ),
        (
            "meaning: a layer",
            "meaning: ''",
            "topic layers, symbol 1: meaning must not be empty",
        ),
        (
            "meaning: a layer",
            "meaning: 1",
            "topic layers, symbol 1: meaning must be text, got 1",
        ),
    ],
)
def test_fault_is_refused_with_its_place(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(BookError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert "notation.yml" in str(caught.value)
    assert message in str(caught.value)


def test_all_faults_are_named_at_once(tmp_path):
    text = GOOD.replace("args: 1", "args: 2").replace("meaning: a layer", "meaning: ''")
    with pytest.raises(BookError) as caught:
        read(tmp_path, text)
    assert len(caught.value.problems) == 2


def test_topic_with_an_id_that_is_taken_is_refused(tmp_path):
    topics = GOOD[GOOD.index("  - id") :]
    with pytest.raises(BookError, match="topic layers: this id is used twice"):
        read(tmp_path, GOOD + topics)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(BookError, match="not found"):
        read_notation(tmp_path / "notation.yml")


def test_every_topic_has_its_table_on_the_notation_page():
    topics = [topic.id for topic in read_notation(HOME / "book" / "notation.yml").topics]
    lines = (HOME / "book" / "notation.md").read_text(encoding="utf-8").splitlines()
    shown = [line.split()[1] for line in lines if line.startswith("```{notation}")]
    assert shown == topics
