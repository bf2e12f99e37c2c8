"""The package as some chapters build it, imported from memory."""

import contextlib
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from literate.tangle.tangle import PACKAGE


@lru_cache(maxsize=1000)
def _compiled(text: str, path: str) -> CodeType:
    """Compile a module once: from one book to the next few change."""
    return compile(text, path, "exec", dont_inherit=True)


class _Loader(SourceFileLoader):
    """Loads a module whose text is in memory; its data files are where the real ones are."""

    def __init__(self, fullname: str, path: str, text: str) -> None:
        super().__init__(fullname, path)
        self.text = text

    def get_data(self, path: str | bytes) -> bytes:
        return self.text.encode() if path == self.path else super().get_data(str(path))

    def get_code(self, fullname: str) -> CodeType:
        return _compiled(self.text, self.path)

    def path_stats(self, path: str) -> Mapping[str, float]:
        raise OSError("no compiled file is looked for, and none is written")


class _Finder(MetaPathFinder):
    """Finds the package's modules, and hides those that the chapters do not build."""

    def __init__(self, root: Path, texts: Mapping[str, str]) -> None:
        self.root = root
        self.texts = texts

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != str(PACKAGE):
            return None
        base = fullname.replace(".", "/")
        for file in (f"{base}/__init__.py", f"{base}.py"):
            if file in self.texts:
                where = str(self.root / file)
                loader = _Loader(fullname, where, self.texts[file])
                return spec_from_file_location(
                    fullname,
                    where,
                    loader=loader,
                    submodule_search_locations=[str(Path(where).parent)]
                    if file.endswith("__init__.py")
                    else None,
                )
        if fullname == str(PACKAGE) and self.texts:  # no chapter builds its __init__ yet
            spec = ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [str(self.root / fullname)]
            return spec
        raise ModuleNotFoundError(f"no chapter builds {fullname}", name=fullname)


@contextlib.contextmanager
def imported_from(root: Path, texts: Mapping[str, str]) -> Iterator[None]:
    """Import the package from texts instead of files, for as long as this lasts.

    Parameters
    ----------
    root : Path
        The project's folder, below which the package's data are.
    texts : mapping of str to str
        By file, such as ``nnmath/model/costs.py``.
    """
    before = _forget()
    finder = _Finder(root, texts)
    sys.meta_path.insert(0, finder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _forget()
        sys.modules.update(before)


def _forget() -> dict[str, ModuleType]:
    """Take the package out of the modules that are imported; give what was there."""
    names = [name for name in sys.modules if name.partition(".")[0] == str(PACKAGE)]
    return {name: sys.modules.pop(name) for name in names}
