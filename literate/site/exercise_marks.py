"""How difficult an exercise is and how long it takes, beside its title."""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx_exercise.directive import ExerciseDirective  # type: ignore[import-untyped]


class MarkedExercise(ExerciseDirective):  # type: ignore[misc]
    """An exercise with the options ``level`` and ``minutes``, which `literate.book` judges.

    The mark is no part of the title, which the solution repeats.
    """

    option_spec = {  # noqa: RUF012 (docutils reads it from the class)
        **ExerciseDirective.option_spec,
        "level": directives.unchanged_required,
        "minutes": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Put the mark before the exercise's text."""
        found: list[nodes.Node] = super().run()
        text = f"{self.options['level']}, {self.options['minutes']} minutes"
        for node in found:
            for section in list(node.findall(nodes.section))[:1]:
                section.insert(0, nodes.paragraph("", text, classes=["exercise-mark"]))
        return found


def setup(app: Sphinx) -> None:
    """Put the directive in the place of sphinx_exercise's own."""
    app.add_directive("exercise", MarkedExercise, override=True)
