"""What is kept between two runs, in a file of JSON."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_cache(file: Path) -> dict[str, Any]:
    """Read what is known; a file that cannot be read says nothing."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def write_cache(file: Path, known: Mapping[str, Any]) -> None:
    """Write what is known in one step, since another process may read it now."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(known, stream)
    os.replace(name, file)
