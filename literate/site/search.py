"""The search: which results come first, and the words of readers that lead to sections."""

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config

from literate.book.yaml_files import read_yaml

SCORER = Path(__file__).parent / "search_scorer.js"
WORDS = "search_words.yml"


def configure(app: Sphinx, config: Config) -> None:
    """Let Sphinx put the order of results before its search script, and read the words."""
    config.html_search_scorer = str(SCORER)
    path = Path(app.confdir) / WORDS
    config.literate_search_words = read_yaml(path, WORDS) if path.exists() else {}


def words_of(words: dict[str, list[str]], docname: str) -> Iterator[tuple[str, str]]:
    """List the words that lead to a page: each word, and the section or nothing."""
    for word, places in words.items():
        for page, _, section in (place.partition("#") for place in places):
            if page == docname:
                yield word, section


def add_words(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the words into a page as entries of an index, which Sphinx's search reads."""
    words: dict[str, Any] = app.config.literate_search_words
    entries = [
        ("single", word, section, "main", None) for word, section in words_of(words, docname)
    ]
    if entries:
        doctree += addnodes.index(entries=entries)


def keep_words(app: Sphinx, exception: Exception | None) -> None:
    """Store the environment again when the pages are written.

    Sphinx stores it before, and the entries of the index come while pages are written: the next
    build would have none of those pages that it leaves as they are.
    """
    if exception is None and app.builder.format == "html":
        path = Path(app.doctreedir) / ENV_PICKLE_FILENAME
        new = path.with_name(f"{path.name}.new")
        new.write_bytes(pickle.dumps(app.env, pickle.HIGHEST_PROTOCOL))
        os.replace(new, path)


def setup(app: Sphinx) -> None:
    """Register the setting, with which all pages are written again, and the event."""
    app.add_config_value("literate_search_words", {}, "html", dict)
    app.connect("config-inited", configure)
    app.connect("doctree-resolved", add_words)
    app.connect("build-finished", keep_words)
