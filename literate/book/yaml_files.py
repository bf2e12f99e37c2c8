"""The project's YAML files, read with the parser in C, which takes a tenth of the time."""

from pathlib import Path
from typing import Any

import yaml

from literate.errors import BookError, at

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """Make plain values of YAML in which no mapping has a key twice.

    Raises
    ------
    yaml.YAMLError
        If it is malformed.
    """
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _refuse_repeated(node, set())
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _refuse_repeated(node: yaml.Node, seen: set[int]) -> None:
    if id(node) in seen:  # an alias leads to it a second time
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            _refuse_repeated(part, seen)
    if isinstance(node, yaml.MappingNode):
        names = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in names:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key.value!r} stands there twice",
                        problem_mark=key.start_mark,
                    )
                names.add(key.value)
            _refuse_repeated(value, seen)


def read_yaml(path: Path, name: str) -> Any:
    """Read a file of plain values.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How messages name it.

    Returns
    -------
    object
        What the file holds.

    Raises
    ------
    BookError
        If it is no YAML in UTF-8, or a key stands in it twice.
    """
    try:
        return load_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = " ".join(str(error).split())
        raise BookError(at(name, None, f"malformed YAML: {message}")) from None
