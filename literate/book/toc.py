"""The table of contents: which files the book has, and in which order they are read."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import yaml
from sphinx_external_toc.api import Document, FileItem, GlobItem, SiteMap
from sphinx_external_toc.parsing import MalformedError, parse_toc_data

from literate.errors import BookError, at, refuse

TOC = PurePosixPath("book/_toc.yml")


def read_toc(root: Path) -> list[PurePosixPath]:
    """List the book's files in reading order.

    Parameters
    ----------
    root : Path
        The folder that holds ``book/``.

    Returns
    -------
    list of PurePosixPath
        Paths relative to `root`, such as ``book/modeling.md``.

    Raises
    ------
    BookError
        If the table of contents is missing, malformed, or names a file that is not there.
    """
    text = _read_text(root)
    site_map = _parse(text)
    problems: list[str] = []
    paths = []
    for entry in _entries(site_map, site_map.root):
        try:
            paths.append(_file_of(root, entry))
        except BookError as error:
            problems += [at(TOC, _line_of(entry, text), problem) for problem in error.problems]
    refuse(problems)
    return paths


def numbered_docnames(root: Path) -> list[str]:
    """List the pages of the parts whose chapters have numbers, without the pages below them."""
    toc = yaml.safe_load(_read_text(root))
    parts = [part for part in toc.get("parts", []) if part.get("numbered")]
    return [entry["file"] for part in parts for entry in part["chapters"]]


def _read_text(root: Path) -> str:
    try:
        return (root / TOC).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BookError(
            at(TOC, None, f"not found in {root}; it gives the reading order")
        ) from None
    except UnicodeDecodeError as error:
        raise BookError(at(TOC, None, f"must be UTF-8 text: {error}")) from None


def _parse(text: str) -> SiteMap:
    try:
        return parse_toc_data(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BookError(at(TOC, line, f"malformed YAML: {error.problem}")) from None
    except (yaml.YAMLError, MalformedError, TypeError, ValueError, AttributeError) as error:
        # the parser of the site checks most shapes itself and trips over the others
        message = " ".join(str(error).split())
        raise BookError(at(TOC, None, f"malformed table of contents: {message}")) from None


def _entries(site_map: SiteMap, document: Document) -> Iterator[str]:
    yield document.docname
    for subtree in document.subtrees:
        for item in subtree.items:
            if isinstance(item, GlobItem):
                raise BookError(
                    at(
                        TOC,
                        None,
                        f"glob {item!s}: a pattern has no reading order; name each file",
                    )
                )
            if isinstance(item, FileItem):
                yield from _entries(site_map, site_map[str(item)])


def _file_of(root: Path, entry: str) -> PurePosixPath:
    relative = PurePosixPath(entry)
    if relative.is_absolute() or ".." in relative.parts:
        raise BookError(f"the entry {entry!r} leads out of book/")
    if relative.suffix != ".md":
        relative = relative.with_name(relative.name + ".md")
    path = TOC.parent / relative
    if not (root / path).is_file():
        raise BookError(f"the entry {entry!r} names no file: there is no {path}")
    return path


def _line_of(entry: str, text: str) -> int | None:
    pattern = re.compile(rf"\b(?:file|root):\s*['\"]?{re.escape(entry)}['\"]?\s*(?:#.*)?$")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.search(line):
            return number
    return None
