"""The trees of pages that others look at: read from their files once, not for each link.

Sphinx reads a page's whole tree anew for each link to a numbered figure, exercise or section of it.
"""

from functools import cache
from typing import Any

from docutils import nodes
from docutils.nodes import Element
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment


@cache
def tree_of(env: BuildEnvironment, docname: str) -> nodes.document:
    """Give the tree of a page as it was read, to be looked at and left as it is."""
    return env.get_doctree(docname)


class Looked:
    """An environment whose trees are to be looked at."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.env = env

    def __getattr__(self, name: str) -> Any:
        return getattr(self.env, name)

    def get_doctree(self, docname: str) -> nodes.document:
        """Give the tree of a page."""
        return tree_of(self.env, docname)


class LinksByLooking(StandardDomain):
    """Sphinx's own links, which only look at the trees of other pages."""

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: Element,
    ) -> Element | None:
        """Resolve a link, once all pages are read."""
        looked: Any = Looked(env)
        return super().resolve_xref(looked, fromdocname, builder, typ, target, node, contnode)


def setup(app: Sphinx) -> None:
    """Take the place of Sphinx's own domain."""
    tree_of.cache_clear()
    app.add_domain(LinksByLooking, override=True)
    # A tree that was kept while pages are read would be that of the last build.
    app.connect("env-check-consistency", lambda app, env: tree_of.cache_clear())
