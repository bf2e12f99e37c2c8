"""The lowest versions of what the package needs that it admits: ``make floor`` tests with them."""

import re
import tomllib
from pathlib import Path

from literate import HOME


def lowest_versions(project_file: Path) -> list[str]:
    """Turn the requirements of a project into those of their lowest versions.

    Parameters
    ----------
    project_file : Path
        A ``pyproject.toml``.

    Returns
    -------
    list of str
        Such as ``numpy==2.0``, the optional ones too.

    Raises
    ------
    ValueError
        If a requirement does not name its lowest version alone.
    """
    project = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]
    optional = project.get("optional-dependencies", {}).values()
    wanted = [*project["dependencies"], *(one for some in optional for one in some)]
    for one in wanted:
        if not re.fullmatch(r"[\w.-]+>=[\w.]+", one):
            raise ValueError(f"{project_file}: expected a lowest version alone, got {one!r}")
    return [one.replace(">=", "==") for one in wanted]


if __name__ == "__main__":
    print(*lowest_versions(HOME / "pyproject.toml"))
