"""The project's YAML files, read with the parser in C, which takes a tenth of the time."""

from pathlib import Path
from typing import Any

import yaml

from literate.errors import BookError, at

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
        If it is no YAML in UTF-8.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = " ".join(str(error).split())
        raise BookError(at(name, None, f"malformed YAML: {message}")) from None
