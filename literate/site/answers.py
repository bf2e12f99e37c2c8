"""Answers in the page: the directive ``{answer}``, and an edition without solutions for a class.

The directive leaves no more in the page than data for the script ``answers.js``, which makes the
field: without scripts, and in print, only the exercise is there.
"""

import json
from hashlib import sha256
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import solution_node  # type: ignore[import-untyped]

from literate.book.answers import read_answer
from literate.build.editions import has_solutions

NOTE = "This is the edition for a class: the solutions are left out."


class answer(nodes.General, nodes.Element):  # type: ignore[misc]  # noqa: N801
    """An answer that the page can judge.

    Its texts are in its attributes and not in the tree, so that no search finds them.
    """


class AnswerDirective(SphinxDirective):
    """An answer to an exercise, as YAML: see `literate.book.answers.Answer`."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Read the answer; the class edition leaves it out."""
        if not self.config.literate_solutions:
            return []
        try:
            read = read_answer("\n".join(self.content))
        except ValueError as error:
            raise self.error(f"answer: {error}") from error
        # the name under which the reader's browser remembers it: another question, another name
        what = f"{read.ask} {read.right}"
        name = f"{self.env.docname}-{sha256(what.encode()).hexdigest()[:8]}"
        return [
            answer(
                "",
                name=name,
                data={
                    "kind": read.kind,
                    "right": read.right,
                    "variables": {name: list(ends) for name, ends in read.variables.items()},
                    "tolerance": read.tolerance,
                },
                ask=self.inline(read.ask),
                wrong=[[text, self.inline(hint)] for text, hint in read.wrong.items()],
            )
        ]

    def inline(self, text: str) -> list[nodes.Node]:
        """Parse a line of MyST."""
        parsed, messages = self.state.inline_text(text, self.lineno)
        if any(next(iter(node.findall(pending_xref)), None) for node in parsed):
            raise self.error(f"answer: {text!r} refers to another place, which it cannot")
        return [*parsed, *messages]


def html_of(translator: Any, parts: list[nodes.Node]) -> str:
    """Render nodes that are not in the page's tree."""
    before = len(translator.body)
    for part in parts:
        part.walkabout(translator)
    html = "".join(translator.body[before:])
    del translator.body[before:]
    return html


def visit_answer(translator: Any, node: answer) -> None:
    """Write the data, for the script to find."""
    data = {
        "name": node["name"],
        **node["data"],
        "ask": html_of(translator, node["ask"]),
        "wrong": [[text, html_of(translator, hint)] for text, hint in node["wrong"]],
    }
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    translator.body.append(f'<script type="application/json" class="answer">{text}</script>\n')
    raise nodes.SkipNode


def skip(translator: Any, node: answer) -> None:
    """Leave an answer out, where there are no scripts."""
    raise nodes.SkipNode


class RemoveSolutions(SphinxTransform):
    """In the class edition, takes the solutions with all their cells out of each page."""

    default_priority = (
        20  # solution-start and -end have been merged, the cells not been decorated
    )

    def apply(self, **kwargs: Any) -> None:
        """Remove them, and say so once below the heading of the exercises."""
        if self.config.literate_solutions:
            return
        solutions = list(self.document.findall(solution_node))
        if solutions:
            note = nodes.paragraph("", NOTE, classes=["class-edition"])
            section = solutions[0].parent
            section.insert(1, note)
        for solution in solutions:
            solution.parent.remove(solution)


def add_script(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load script and style in the pages that have answers."""
    if doctree is not None and next(iter(doctree.findall(answer)), None) is not None:
        app.add_js_file("answers.js", loading_method="defer")
        app.add_css_file("answers.css")


def configure(app: Sphinx, config: Config) -> None:
    """Ask the environment which edition this is."""
    config.literate_solutions = has_solutions()


def setup(app: Sphinx) -> None:
    """Register the directive, the transform and the setting."""
    app.add_config_value("literate_solutions", True, "env", bool)
    app.connect("config-inited", configure)
    app.add_node(
        answer,
        html=(visit_answer, None),
        latex=(skip, None),
        text=(skip, None),
    )
    app.add_directive("answer", AnswerDirective)
    app.add_transform(RemoveSolutions)
    app.connect("html-page-context", add_script)
