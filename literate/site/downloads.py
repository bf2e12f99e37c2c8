"""The box below a chapter's title: its notebook, all notebooks in one archive, and its slides."""

import ast
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from literate.book.chapters import Chapter
from literate.build.notebooks import write_notebooks
from literate.build.slides import deck_of, has_deck, write_decks
from literate.site.whole_book import chapters_of, notebooks_of, root_of

FOLDER = "notebooks"
ARCHIVE = "notebooks.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same files make the same archive."""

AT_HAND = {"nnmath", "numpy", "IPython", "matplotlib_inline"}
"""What the wheel of nnmath brings, and what every notebook server has."""

NOTICE = (
    "A copy of the chapter `{path}`. It needs the packages of the book's `requirements.txt`; in a"
    " hosted notebook service, first run the line that the page of the chapter shows."
)

BOX = """\
<details class="notebook-download no-print">
<summary>This chapter as a notebook{or_slides}</summary>
{deck}<p><a download href="{notebook}">Download the notebook</a>, or
<a download href="{archive}">all notebooks in one archive</a>. It runs in a clone of the book's
repository after <code>pip install -r requirements.txt</code>.{hosted}</p>
{install}</details>
"""
DECK = """\
<p><a href="{deck}">Open the slides</a>, or <a href="{decks}">the list of all slides</a>. The key S
shows the speaker's notes, and ? the other keys.</p>
"""
HOSTED = """ In a hosted notebook service, run this line first<span class="only-local"> and upload
<a download href="{wheel}">the file that it names</a> beside the notebook</span>:"""
INSTALL = """\
<div class="highlight-ipython3 notranslate"><div class="highlight">
<pre data-wheel="{wheel}">{line}</pre></div></div>
"""


def wheel_name(root: Path) -> str | None:
    """Name the wheel of the package, or None where the project says nothing of it."""
    path = root / "pyproject.toml"
    if not path.exists():
        return None
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    return f"{project['name']}-{project['version']}-py3-none-any.whl"


@cache
def distributions() -> dict[str, str]:
    """Say by which name what can be imported here is installed: ``PIL`` as ``pillow``."""
    return {name: found[0] for name, found in packages_distributions().items()}


def packages_of(chapter: Chapter) -> list[str]:
    """Name for installing what a chapter imports and neither Python nor `AT_HAND` has."""
    names: dict[str, None] = {}
    for cell in chapter.code_cells:
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:  # a line for the shell
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names[node.module] = None
    tops = {name.partition(".")[0] for name in names}
    foreign = tops - AT_HAND - set(sys.stdlib_module_names)
    return sorted({distributions().get(top, top).lower() for top in foreign})


def install_line(chapter: Chapter, wheel: str) -> str:
    """Write the line that makes a bare notebook server ready for a chapter."""
    return " ".join(["%pip install", wheel, *packages_of(chapter)])


def add_box(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the box with the downloads below the title of a chapter."""
    chapters = notebooks_of(app)
    if doctree is None or pagename not in chapters or app.builder.name != "html":
        return
    pathto = context["pathto"]
    wheel = wheel_name(root_of(app))
    hosted = install = ""
    if wheel:
        base = app.config.html_baseurl.rstrip("/")
        place = f"{base}/{FOLDER}/{wheel}" if base else pathto(f"{FOLDER}/{wheel}", 1)
        hosted = HOSTED.format(wheel=escape(place))
        line = install_line(chapters[pagename], f"{base}/{FOLDER}/{wheel}" if base else wheel)
        install = INSTALL.format(wheel=escape(place), line=escape(line))
    deck = ""
    if has_deck(chapters[pagename]):
        here, all_decks = (pathto(deck_of(f"{name}.html"), 1) for name in (pagename, "index"))
        deck = DECK.format(deck=here, decks=all_decks)
    box = BOX.format(
        or_slides=" or slides" if deck else "",
        deck=deck,
        notebook=pathto(f"{FOLDER}/{pagename}.ipynb", 1),
        archive=pathto(f"{FOLDER}/{ARCHIVE}", 1),
        hosted=hosted,
        install=install,
    )
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{box}", 1)


def write_slides(app: Sphinx, exception: Exception | None) -> None:
    """After a good build: write the decks whose pages are new."""
    if exception is None and app.builder.name == "html":
        write_decks(Path(app.outdir), chapters_of(app))


def write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """After a good build: write the new notebooks, the archive, and the wheel of the package."""
    if exception is not None or app.builder.name != "html":
        return
    root, folder = root_of(app), Path(app.outdir) / FOLDER
    wheel = wheel_name(root)
    notebooks = {folder / f"{docname}.ipynb": c for docname, c in notebooks_of(app).items()}
    for path in files_below(folder):
        if path not in notebooks and path.name != wheel:
            path.unlink()
    # A page that was not read again has its notebook: what makes notebooks makes pages.
    read: set[str] = getattr(app, "literate_read", set())
    new = [c for path, c in notebooks.items() if c.docname in read or not path.exists()]
    write_notebooks(root, new, folder, notice=NOTICE, solutions=app.config.literate_solutions)
    write_archive(folder / ARCHIVE, folder, list(notebooks))
    if wheel:
        write_wheel(root, folder / wheel)


def files_below(folder: Path) -> list[Path]:
    """List the files in a folder and in those in it."""
    return [path for path in folder.rglob("*") if path.is_file()]


def write_archive(target: Path, folder: Path, paths: Sequence[Path]) -> None:
    """Pack files, always into the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(paths):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def write_wheel(root: Path, target: Path) -> None:
    """Build the wheel in a copy, with the setuptools that is here, unless nothing has changed."""
    sources = [root / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    sources += [p for p in (root / "nnmath").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    newest = max(path.stat().st_mtime for path in sources)
    if target.exists() and target.stat().st_mtime > newest:
        return
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        for path in sources:
            copy = project / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
        command += ["--no-build-isolation", "--wheel-dir", str(target.parent), str(project)]
        subprocess.run(
            [*command, "--disable-pip-version-check"], check=True, capture_output=True
        )


def setup(app: Sphinx) -> None:
    """Register the events."""
    app.connect("html-page-context", add_box)
    app.connect("build-finished", write_downloads)
    app.connect("build-finished", write_slides, priority=900)  # once the pages stay as they are
