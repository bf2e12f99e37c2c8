import pytest


def test_a_name_defined_in_an_earlier_chapter_is_known(book, package_cell):
    book.chapter("a", package_cell("X = 1\n\n\ndef f():\n    return X"))
    book.chapter("b", package_cell("Y = f() + X\n\n\ndef g(y=Y):\n    return f() + y"))
    book.tangle()


def test_a_use_before_its_definition_is_refused(book, package_cell):
    book.chapter("a", package_cell("Y = X"))
    book.chapter("b", package_cell("X = 1"))
    said = book.refusal()
    assert "book/a.md:15: X is used before its definition at book/b.md:15" in said


def test_moving_a_chapter_can_put_a_use_before_its_definition(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.chapter("b", package_cell("Y = X"))
    book.tangle()
    book.toc("b", "a")
    assert "book/b.md:15: X is used before its definition at book/a.md:15" in book.refusal()


def test_a_use_before_its_definition_in_one_cell_is_refused(book, package_cell):
    book.chapter("a", package_cell("Y = X\nX = 1"))
    assert "book/a.md:15: X is used before its definition at book/a.md:16" in book.refusal()


def test_a_function_may_use_what_its_cell_defines_below_it(book, package_cell):
    book.chapter("a", package_cell("def f():\n    return X\n\n\nX = 1"))
    book.tangle()


def test_a_function_may_not_use_what_a_later_cell_defines(book, package_cell):
    book.chapter("a", package_cell("def f():\n    return X"), package_cell("X = 1"))
    assert "book/a.md:16: X is used before its definition at book/a.md:22" in book.refusal()


def test_a_name_that_nobody_defines_is_refused(book, package_cell):
    book.chapter("a", package_cell("def f():\n    return undefined"))
    said = book.refusal()
    assert "book/a.md:16: nnmath/one.py uses undefined, which it does not define" in said


def test_a_name_of_another_module_must_be_imported(book, package_cell):
    book.chapter("a", package_cell("X = 1"), package_cell("Y = X", "two"))
    said = book.refusal()
    assert "nnmath/two.py uses X, which it does not define; from nnmath.one import X" in said


def test_a_name_that_only_the_notebook_knows_is_refused(book, package_cell, example_cell):
    book.chapter("a", example_cell("import math"), package_cell("X = math.pi"))
    assert "only the notebook knows it, from a cell that is not tangled" in book.refusal()


@pytest.mark.parametrize(
    "source",
    [
        "def f(x, /, y, *z, k=1, **o):\n    return x, y, z, k, o",
        "class A:\n    X = 1\n    Y = X\n\n    def f(self, x: int = X) -> 'A':\n        return A()",
        "def f():\n    import math\n    return math.pi",
        "def f():\n    try:\n        pass\n    except ValueError as error:\n        print(error)",
        "X = [i * j for i in range(3) for j in range(i) if j]",
        "X = {k: v for k, v in {}.items()}",
        "X = (lambda x, y=2: x + y)(1)",
        "def f():\n    def g():\n        nonlocal x\n        x = 2\n\n    x = 1\n    g()\n    return x",
        "X = 1\n\n\ndef f():\n    global X\n    X = 2",
        "if (n := 3) > 2:\n    m = n\nelse:\n    m = 0",
        "for i in range(3):\n    print(i)",
        "with open('x') as f:\n    print(f)",
        "def f(x):\n    match x:\n        case [a, *rest]:\n            return a, rest\n"
        "        case {'k': v, **others}:\n            return v, others\n"
        "        case int() as n:\n            return n",
        "print(__name__, __file__, __doc__)",
        "X = [y for x in [1] if (y := x)]\nprint(y)",
        "def f(n):\n    return n if n < 2 else f(n - 1)",
        "from __future__ import annotations\n\n\nclass A:\n    def f(self) -> A:\n        return self",
        "import os.path\n\nX = os.path.sep",
        "async def f(xs):\n    async for x in xs:\n        print(x)",
        "x: int\nx = 1",
        "try:\n    import tomllib as toml\nexcept ImportError as error:\n    toml = error",
        "from typing import overload\n\n\n@overload\ndef f(x: int) -> int: ...\n@overload\n"
        "def f(x: str) -> str: ...\ndef f(x):\n    return x",
        "class A:\n    def a(self):\n        return 1\n\n    b = a",
        "class A:\n    def f(self):\n        return __class__",
        "class A:\n    name = __module__ + __qualname__",
        "def f():\n    global x\n    x = 1\n\n\ndef g():\n    return x\n\n\nf()\nprint(x)",
        "def f():\n    return x\n\n\ndef g():\n    global x\n    x = 1",
        "def f():\n    global x\n    x = 1\n\n\ndef g():\n    global x\n    x = 2",
        "x = 1\ndel x\nx = 2\nprint(x)",
        "x = 1\ny = sorted([], key=lambda z: x)\ndel x",
        "len = 1\ndel len\nprint(len([]))",
        "X = 1\nX += 1",
        "def f():\n    class B:\n        y = 1\n\n        def g(self):\n            return B.y\n\n    return B",
    ],
)
def test_what_python_understands_is_accepted(book, package_cell, source):
    book.chapter("a", package_cell(source))
    book.tangle()


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        ("@later\ndef f(): ...\n\n\nlater = 1", "later", 15),
        ("def f(x=later): ...\n\n\nlater = 1", "later", 15),
        ("def f(x: later): ...\n\n\nlater = 1", "later", 15),
        ("def f() -> later: ...\n\n\nlater = 1", "later", 15),
        ("class A(later): ...\n\n\nlater = 1", "later", 15),
        ("class A:\n    x = later\n\n\nlater = 1", "later", 16),
        ("class A:\n    def f(self) -> A: ...", "A", 16),
        ("X = [later for x in []]\nlater = 1", "later", 15),
        ("X += 1", "X", 15),
        ("X = X", "X", 15),
        ("for X in X:\n    pass", "X", 15),
        ("X = [x for x in later]", "later", 15),
        ("X = {x: y for x in [] for y in later}", "later", 15),
        ("def f():\n    global later\n    later += 1", "later", 17),
        ("f()\n\n\ndef f(): ...", "f", 15),
        ("print(a)\nfor a in []:\n    pass", "a", 15),
        ("class A:\n    x = 1\n\n    def f(self):\n        return x", "x", 19),
        ("def f():\n    return [x for x in []], x", "x", 16),
        ("x = 1\ndel x\nprint(x)", "x", 17),
        ("x = 1\ndel x\n\n\ndef f():\n    return x", "x", 20),
        ("def f():\n    return __class__", "__class__", 16),
        ("class A:\n    def f(self):\n        return __module__", "__module__", 17),
    ],
)
def test_what_python_would_not_find_is_refused(book, package_cell, source, name, line):
    book.chapter("a", package_cell(source))
    said = book.refusal()
    assert f"book/a.md:{line}: " in said
    assert f" {name}, which it does not define" in said or f"{name} is used before" in said


@pytest.mark.parametrize(
    "second",
    ["X = 2", "def X(): ...", "class X: ...", "from math import pi as X", "for X in []: ..."],
)
def test_a_second_definition_in_one_file_is_refused(book, package_cell, second):
    book.chapter("a", package_cell("X = 1"))
    book.chapter("b", package_cell(second))
    assert "book/b.md:15: X is defined twice in nnmath/one.py: book/a.md:15" in book.refusal()


def test_a_second_definition_in_one_cell_is_refused(book, package_cell):
    book.chapter("a", package_cell("def f(): ...\n\n\ndef f(): ..."))
    assert "book/a.md:18: f is defined twice in nnmath/one.py: book/a.md:15" in book.refusal()


def test_a_second_definition_in_another_file_is_refused(book, package_cell):
    book.chapter("a", package_cell("def f(): ..."))
    book.chapter("b", package_cell("def f(): ...", "two"))
    said = book.refusal()
    assert (
        "book/b.md:15: f is defined twice in the package: in nnmath/one.py at book/a.md:15"
        in said
    )


def test_a_deleted_name_is_gone_in_later_cells(book, package_cell):
    book.chapter("a", package_cell("x = 1"), package_cell("del x"))
    book.chapter("b", package_cell("y = x"))
    assert "book/b.md:15: nnmath/one.py uses x, which it does not define" in book.refusal()


def test_the_name_of_a_caught_error_is_no_definition(book, package_cell):
    caught = "try:\n    {} = 1\nexcept ValueError as error:\n    print(error)"
    book.chapter("a", package_cell(caught.format("X")), package_cell(caught.format("Y"), "two"))
    book.chapter("b", package_cell("def error(): ...", "three"))
    book.tangle()


def test_an_overload_hides_no_second_definition(book, package_cell):
    first = "from typing import overload\n\n\n@overload\ndef f(): ...\ndef f(): ..."
    book.chapter("a", package_cell(first), package_cell("def f(): ...", "two"))
    assert (
        "f is defined twice in the package: in nnmath/one.py at book/a.md:20" in book.refusal()
    )


def test_importing_one_thing_twice_is_no_second_definition(book, package_cell):
    book.chapter("a", package_cell("import math\n\nX = math.pi"))
    book.chapter(
        "b", package_cell("import math\n\nY = math.e"), package_cell("import math", "two")
    )
    book.tangle()


def test_importing_another_thing_under_one_name_is_refused(book, package_cell):
    book.chapter(
        "a",
        package_cell("from math import sin as f"),
        package_cell("from cmath import sin as f"),
    )
    assert "f is defined twice in nnmath/one.py" in book.refusal()


def test_names_may_be_exported_by_the_package(book, package_cell):
    book.chapter(
        "a", package_cell("X = 1"), package_cell("from nnmath.one import X as X", "__init__")
    )
    book.chapter(
        "b", package_cell("Y = 1"), package_cell("from nnmath.one import Y as Y", "__init__")
    )
    book.tangle()


def test_each_module_may_have_its_own_dunder_names(book, package_cell):
    book.chapter("a", package_cell("__all__ = []"), package_cell("__all__ = []", "two"))
    book.tangle()


@pytest.mark.parametrize(
    "use",
    [
        "from nnmath.one import X",
        "import nnmath.one",
        "from nnmath import one",
        "import nnmath\n\nnnmath.one.X",
        "import nnmath as n\n\nn.one.X",
        "from nnmath import X",
        "import nnmath\n\nnnmath.X",
        "def f():\n    from nnmath.one import X\n\n    return X",
    ],
)
def test_a_cell_may_use_what_an_earlier_cell_builds(book, package_cell, example_cell, use):
    package = [package_cell("X = 1"), package_cell("from nnmath.one import X as X", "__init__")]
    book.chapter("a", *package, example_cell(use))
    book.tangle()


@pytest.mark.parametrize(
    ("use", "path"),
    [
        ("from nnmath.one import X", "nnmath.one.X"),
        ("import nnmath.one", "nnmath.one"),
        ("from nnmath import one", "nnmath.one"),
        ("from nnmath import X", "nnmath.X"),
        ("import nnmath", "nnmath"),
        ("def f():\n    from nnmath.one import X\n\n    return X", "nnmath.one.X"),
    ],
)
def test_a_cell_that_uses_what_a_later_chapter_builds_is_refused(
    book, package_cell, example_cell, use, path
):
    package = [package_cell("X = 1"), package_cell("from nnmath.one import X as X", "__init__")]
    book.chapter("a", example_cell(use))
    book.chapter("b", *package)
    said = book.refusal()
    assert f": {path} is used before " in said
    assert said.startswith("book/a.md:1")


@pytest.mark.parametrize(
    ("use", "path"),
    [
        ("import nnmath\n\nnnmath.Y", "nnmath.Y"),
        ("import nnmath.one\n\nnnmath.one.Y", "nnmath.one.Y"),
        ("import nnmath.one as o\n\no.Y", "nnmath.one.Y"),
        ("from nnmath import one\n\n\ndef f():\n    return one.Y", "nnmath.one.Y"),
        ("def f():\n    import nnmath.one as o\n\n    return o.Y", "nnmath.one.Y"),
        ("import nnmath\n\nnnmath.two", "nnmath.two"),
    ],
)
def test_an_attribute_that_a_later_chapter_builds_is_refused(
    book, package_cell, example_cell, use, path
):
    book.chapter("a", package_cell("X = 1"), example_cell(use))
    book.chapter(
        "b",
        package_cell("Y = 1"),
        package_cell("from nnmath.one import Y as Y", "__init__"),
        package_cell("Z = 1", "two"),
    )
    assert f"{path} is used before " in book.refusal()


def test_a_local_name_is_not_taken_for_a_module(book, package_cell, example_cell):
    uses = "from nnmath import one\n\n\ndef f(one):\n    return one.anything\n\n\none = 3\none.real"
    book.chapter("a", package_cell("X = 1"), example_cell(uses))
    book.tangle()


def test_modules_are_known_in_their_own_chapter_only(book, package_cell, example_cell):
    book.chapter("a", package_cell("X = 1"), example_cell("from nnmath import one"))
    book.chapter("b", example_cell("one.X\none.other", ":tags: [raises-exception]\n"))
    book.tangle()


def test_what_no_cell_builds_is_refused(book, package_cell, example_cell):
    book.chapter("a", package_cell("X = 1"), example_cell("from nnmath.one import Z"))
    assert "nnmath.one.Z is used, but no cell of the book builds it" in book.refusal()


def test_attributes_of_objects_are_not_judged(book, package_cell, example_cell):
    book.chapter(
        "a", package_cell("X = 1"), example_cell("import nnmath.one\n\nnnmath.one.X.real")
    )
    book.tangle()


def test_a_module_that_imports_itself_is_refused(book, package_cell):
    book.chapter("a", package_cell("X = 1"), package_cell("from nnmath.one import X"))
    assert "book/a.md:21: nnmath/one.py imports from itself" in book.refusal()


def test_modules_that_import_each_other_are_refused(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.chapter("b", package_cell("from nnmath.one import X\n\nY = X", "two"))
    book.chapter("c", package_cell("from nnmath.two import Y\n\nZ = Y"))
    assert (
        "book/c.md:15: nnmath.one imports nnmath.two, which imports nnmath.one"
        in book.refusal()
    )


def test_modules_may_import_each_other_inside_functions(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.chapter("b", package_cell("from nnmath.one import X\n\nY = X", "two"))
    book.chapter("c", package_cell("def z():\n    from nnmath.two import Y\n\n    return Y"))
    book.tangle()


@pytest.mark.parametrize("typing", ["from typing import TYPE_CHECKING", "import typing"])
def test_modules_may_import_each_other_for_a_type_checker(book, package_cell, typing):
    test = "TYPE_CHECKING" if "from" in typing else "typing.TYPE_CHECKING"
    book.chapter("a", package_cell("X = 1"))
    book.chapter("b", package_cell("from nnmath.one import X\n\nY = X", "two"))
    book.chapter("c", package_cell(f"{typing}\n\nif {test}:\n    from nnmath.two import Y"))
    book.tangle()


def test_another_name_of_a_module_is_followed(book, package_cell, example_cell):
    use = "import nnmath\n\nnnmath.other.{}"
    book.chapter(
        "a", package_cell("X = 1"), package_cell("from nnmath import one as other", "__init__")
    )
    book.chapter("b", example_cell(use.format("X")))
    book.tangle()
    book.chapter("b", example_cell(use.format("Y")))
    assert "nnmath.other.Y is used, but no cell of the book builds it" in book.refusal()


def test_the_package_imports_numpy_and_the_standard_library(book, package_cell):
    book.chapter(
        "a", package_cell("import json\n\nimport numpy as np\nfrom numpy.typing import NDArray")
    )
    book.tangle()


@pytest.mark.parametrize("use", ["import matplotlib", "if 1:\n    from scipy import special"])
def test_other_packages_are_refused_where_the_package_is_imported(book, package_cell, use):
    book.chapter("a", package_cell(use))
    assert "nnmath needs only NumPy and the standard library" in book.refusal()


def test_other_packages_may_be_imported_inside_a_function(book, package_cell):
    book.chapter(
        "a", package_cell("def draw():\n    import matplotlib\n\n    return matplotlib")
    )
    book.tangle()


@pytest.mark.parametrize(
    "use", ["import literate.tangle", "def f():\n    from literate import errors"]
)
def test_a_chapter_that_imports_the_machine_is_refused(book, package_cell, example_cell, use):
    book.chapter("a", example_cell(use))
    assert "chapters never import literate" in book.refusal()
    book.chapter("a", package_cell(use))
    assert "chapters never import literate" in book.refusal()


def test_a_star_import_is_refused(book, package_cell, example_cell):
    book.chapter("a", package_cell("from math import *"))
    assert "from math import * hides what is used" in book.refusal()
    book.chapter("a", package_cell("X = 1"), example_cell("from nnmath.one import *"))
    assert "from nnmath.one import * hides what is used" in book.refusal()


def test_a_relative_import_is_refused(book, package_cell):
    book.chapter("a", package_cell("X = 1"), package_cell("from .one import X", "two"))
    assert "book/a.md:21: relative import" in book.refusal()


def test_a_syntax_error_is_refused_with_its_line(book, package_cell, example_cell):
    source = "X = 1\nY = (\nZ = 2"
    book.chapter("a", package_cell(source))
    book.chapter("b", example_cell(source, "\n\n\n"))
    said = book.refusal()
    assert "book/a.md:16: syntax error: '(' was never closed" in said
    assert "book/b.md:17: syntax error: '(' was never closed" in said


def test_a_cell_may_show_a_syntax_error(book, example_cell):
    book.chapter("a", example_cell("X = (", ":tags: [raises-exception]\n"))
    book.tangle()


def test_commands_of_ipython_are_for_examples_only(book, package_cell, example_cell):
    book.chapter("a", example_cell("%timeit 1\n!ls\nX = 1"), example_cell("%%time\nX = 1"))
    book.tangle()
    book.chapter("a", package_cell("X = 1\n%timeit X"))
    assert "book/a.md:16: a cell of the package is plain Python" in book.refusal()


def test_a_file_that_is_wrong_as_a_whole_is_refused_with_its_cell(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.chapter("b", package_cell("\nfrom __future__ import annotations"))
    assert "book/b.md:16: syntax error in nnmath/one.py: from __future__" in book.refusal()
