"""The folder in which jupyter-cache keeps the outputs of the chapters."""

import shutil
from pathlib import Path

from jupyter_cache.cache.main import JupyterCacheBase
from sqlalchemy import Engine, NullPool, create_engine

from literate.errors import BookError

CACHE = Path("_build") / ".jupyter_cache"


class OutputsCache(JupyterCacheBase):  # type: ignore[misc]
    """The folder of jupyter-cache, whose database is closed after each use of it."""

    _db: Engine | None

    @property
    def db(self) -> Engine:
        """The database; jupyter-cache itself would keep a connection open."""
        if self._db is None:
            first = super().db
            first.dispose()
            self._db = create_engine(first.url, poolclass=NullPool)
        return self._db


def open_cache(root: Path) -> tuple[OutputsCache, dict[str, int]]:
    """Open jupyter-cache's folder, and list what is in it; a damaged one is made anew."""
    reason = ""
    for _ in range(2):
        try:
            cache = OutputsCache(root / CACHE)
            return cache, {record.hashkey: record.pk for record in cache.list_cache_records()}
        except (
            Exception
        ) as error:  # a damaged database can make its reader raise almost anything
            reason = str(error).partition("\n")[0]
            shutil.rmtree(root / CACHE, ignore_errors=True)
    raise BookError(f"{CACHE}: the outputs cannot be kept there: {reason}")
