"""The directive ``{interactive} name``: a picture that moves under the reader's hand.

Its page, most often ``book/try/name.md``, has three things: a cell that gives the still picture,
which print and readers without scripts see; a cell that hands the numbers of `nnmath` over, in the
metadata of an output under `KEY`; and this directive, in whose place the scripts of
``book/_interactive`` draw.

The directive ``{try} name`` puts the interactive of ``book/try/name.md`` into a chapter. There it
waits, as one with the option ``opens`` does: its scripts are loaded when the reader opens it.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from literate.build.outputs_cache import executed_notebook, fill_in_outputs
from literate.errors import BookError, at
from literate.site.page_trees import tree_of
from literate.site.whole_book import SHOWN, note, root_of

SOURCE = "_interactive"
STATIC = "interactive"
KEY = "interactive"
WAITING = "interactive-waiting"
"""Under this key a page's metadata say that an interactive waits there."""

COMMON = ("core.js", "plot.js", "matrices.js")
PAGE = "try/{}"
"""The page whose interactive the directive ``try`` shows."""

OPENS = "Try it here"
"""The button that opens an interactive in a chapter."""

IN_PLACE = "the page to try"

ADDED: dict[str, Callable[[Sphinx], Mapping[str, Any]]] = {}
"""What the build adds to the numbers of an interactive, by its name. Other modules add to it."""


class interactive(nodes.General, nodes.Element):  # type: ignore[misc]  # noqa: N801
    """The place of an interactive."""


class Interactive(SphinxDirective):
    """The place of an interactive; its content is the formulas that the script shows in turn."""

    required_arguments = 1
    has_content = True
    option_spec = {  # noqa: RUF012 (docutils reads it from the class)
        "still": directives.unchanged_required,
        "says": directives.unchanged_required,
        "opens": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Build the place, and note which scripts the page needs."""
        name = self.arguments[0]
        folder = Path(self.env.srcdir) / SOURCE
        if not (folder / f"{name}.js").exists():
            raise self.error(f"there is no script {name}.js in book/{SOURCE}")
        for option in ("still", "says"):
            if option not in self.options:
                raise self.error(f"an interactive needs the option {option}")
        self.env.metadata[self.env.docname][KEY] = name
        if "opens" in self.options:
            self.env.metadata[self.env.docname][WAITING] = True
        place = interactive("", name=name, **self.options)
        place += self.parse_content_to_nodes()
        return [place]


class Try(SphinxDirective):
    """The interactive of a page to try, in a chapter; its content says what there is to try."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build the box, with a place that is filled when all pages have been read."""
        self.assert_has_content()
        name = self.arguments[0]
        docname = PAGE.format(name)
        if docname not in self.env.found_docs:
            raise self.error(f"there is no page book/{docname}.md")
        note(self.env, f"{IN_PLACE}: {docname}")
        self.env.metadata[self.env.docname][WAITING] = True
        box = nodes.container("", classes=["try"])
        box += self.parse_content_to_nodes()
        box += interactive("", name=name, opens=OPENS, of=docname)
        return [box]


def text_shown(app: Sphinx, docname: str) -> Iterator[str]:
    """Write down the page whose interactive a chapter shows."""
    yield (Path(app.srcdir) / f"{docname}.md").read_text(encoding="utf-8")


class FillPlaces(SphinxPostTransform):
    """Copies into a chapter what the place of the interactive holds in its own page."""

    default_priority = 5
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Find the page of each place that is not filled."""
        for place in list(self.document.findall(interactive)):
            if "of" in place:
                page = tree_of(self.env, place["of"])
                original = next(iter(page.findall(interactive)))
                place["says"] = original["says"]
                place += [child.deepcopy() for child in original.children]


def visit_interactive(translator: Any, node: interactive) -> None:
    """Open the place; until the script has started it does not show."""
    if (
        "says" not in node
    ):  # a single page of the whole book has the interactive's own page as well
        raise nodes.SkipNode
    translator.body.append(
        translator.starttag(
            node,
            "div",
            CLASS="interactive",
            ids=[f"interactive-{node['name']}"],
            **{
                **{
                    f"data-{key}": node[key]
                    for key in ("name", "still", "opens")
                    if key in node
                },
                "role": "group",
                "aria-label": node["says"],
            },
        )
    )


def depart_interactive(translator: Any, node: interactive) -> None:
    """Close the place."""
    translator.body.append("</div>\n")


def skip(translator: Any, node: interactive) -> None:
    """Leave it out of what is no page: the still picture stands there."""
    raise nodes.SkipNode


def data_of(root: Path, docname: str, more: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Read the numbers that a cell of a page handed over, as JSON, with what the build adds.

    Raises
    ------
    BookError
        If not exactly one output of the page has them in its metadata.
    """
    path = executed_notebook(root, docname)
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [output["metadata"][KEY] for output in outputs if KEY in output.get("metadata", {})]
    if len(found) != 1:
        problem = f"one output must have the metadata {KEY}, got {len(found)}"
        raise BookError(at(f"book/{docname}.md", None, problem))
    handed = {**found[0], **more} if more else found[0]
    return json.dumps(handed, separators=(",", ":"), allow_nan=False)


def write_scripts(app: Sphinx, env: BuildEnvironment) -> None:
    """Put the scripts, and the numbers of each page that has an interactive, beside the pages."""
    if app.builder.format != "html":
        return
    root = root_of(app)
    folder = Path(app.outdir) / "_static" / STATIC
    if (Path(app.srcdir) / SOURCE).is_dir():
        shutil.copytree(Path(app.srcdir) / SOURCE, folder, dirs_exist_ok=True)
    for docname, metadata in env.metadata.items():
        if KEY in metadata:
            fill_in_outputs(root, [docname])
            name = metadata[KEY]
            data = data_of(root, docname, ADDED[name](app) if name in ADDED else {})
            script = f'Interactives.receive("{name}", {data});\n'
            (folder / f"{name}.data.js").write_text(script, encoding="utf-8")


def add_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document,
) -> None:
    """Load the scripts of an interactive in its page, or those that open it, and nowhere else."""
    metadata = app.env.metadata.get(pagename, {})
    if not metadata.keys() & {KEY, WAITING}:
        return
    app.add_css_file(f"{STATIC}/waiting.css")
    scripts = ["waiting.js"]
    if WAITING not in metadata:
        name = metadata[KEY]
        app.add_css_file(f"{STATIC}/interactive.css")
        scripts = [*COMMON, f"{name}.math.js", f"{name}.js", f"{name}.data.js"]
    for script in scripts:
        app.add_js_file(f"{STATIC}/{script}", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive and the events."""
    app.add_node(
        interactive,
        html=(visit_interactive, depart_interactive),
        latex=(skip, None),
        text=(skip, None),
    )
    app.add_directive("interactive", Interactive)
    app.add_directive("try", Try)
    app.add_post_transform(FillPlaces)
    SHOWN[IN_PLACE] = text_shown
    app.connect("env-updated", write_scripts)
    app.connect("html-page-context", add_scripts)
