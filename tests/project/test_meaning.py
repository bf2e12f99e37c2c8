"""The TeX of the equations is what is evaluated: the grammar, the network, the book, and mistakes in it."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from literate.book.claims import claims_of
from literate.book.equations import equations_of
from literate.book.notation import NOTATION, read_notation
from literate.checks.kept_meanings import (
    Outcome,
    evaluated,
    outcomes_of_book,
    problems_of_meanings,
)
from literate.meaning.claims import Reader, evaluate_equation, faults_of_entry
from literate.meaning.evaluate import Scope, World, evaluate
from literate.meaning.functions import ELEMENTWISE, derivative
from literate.meaning.in_numbers import example_network, example_of
from literate.meaning.instances import Hypotheses, networks_for
from literate.meaning.mistakes import judge, mistakes_in
from literate.meaning.model import Architecture, Move, Network
from literate.meaning.reading import read_expression, read_statement
from literate.meaning.symbols import FUNCTIONS, QUANTITIES, array_of, meanings_of
from literate.meaning.syntax import (
    Add,
    Apply,
    Big,
    Binder,
    Derivative,
    Entry,
    Hadamard,
    Integral,
    Number,
    Product,
    Quotient,
    Relation,
    Symbol,
    Term,
    Transpose,
    tex_of,
    walk,
)
from literate.meaning.tokens import Unreadable, pieces_of
from literate.meaning.values import IllTyped, Matrix, number
from nnmath import Network as PackageNetwork
from nnmath import (
    backward,
    cross_entropy,
    forward,
    sigmoid,
    small_network,
    softmax,
    squared_error,
    tanh,
)
from tests.book import BOOK

from .conftest import HOME

NOTATION_OF_BOOK = read_notation(HOME / NOTATION)
MACROS, MEANINGS = NOTATION_OF_BOOK.macros, meanings_of(NOTATION_OF_BOOK)
EQUATIONS = {one.label: one for chapter in BOOK for one in equations_of(chapter)}
READER = Reader(HOME, {label: one.tex for label, one in EQUATIONS.items()})
EVALUATED = [label for label, one in EQUATIONS.items() if not READER.supposition(one).reason]

UP_TO_VECTORIZATION = (
    "modeling",
    "forward_pass",
    "cost",
    "one_neuron",
    "last_two_layers",
    "layer_k",
    "softmax_and_relu",
    "vectorization",
)


@pytest.fixture(scope="module")
def outcomes():
    return outcomes_of_book(HOME, BOOK)


@pytest.fixture(scope="module")
def claims():
    """Read each equation once."""
    return {label: READER.claims(EQUATIONS[label]) for label in EVALUATED}


def read(tex):
    return read_expression(tex, MACROS, FUNCTIONS)


def letters(text):
    return tuple(map(Symbol, text))


# The grammar


@pytest.mark.parametrize(
    ("tex", "tree"),
    [
        (r"\w{ij}{l}", Symbol("w", Symbol("l"), letters("ij"))),
        (r"\delta_i^{(L)}", Symbol(r"\delta", Symbol("L"), letters("i"))),
        (
            r"a^{(l-1)}",
            Symbol("a", Add((Term(1, Symbol("l")), Term(-1, Number("1"))))),
        ),
        (
            r"\bigl(\W{1}\bigr)\T_{ji}",
            Entry(Transpose(Symbol("W", Number("1"))), letters("ji")),
        ),
        (r"\tfrac12 x", Product((Quotient(Number("1"), Number("2")), Symbol("x")))),
        (r"x y \odot z", Hadamard((Product(letters("xy")), Symbol("z")))),
        (r"x\,(y z)", Product((Symbol("x"), Product(letters("yz"))))),
        (r"\varphi'(z)", Apply(r"\varphi", None, 1, letters("z"))),
        (
            r"\softmax(z)_i",
            Entry(Apply(r"\operatorname{softmax}", None, 0, letters("z")), letters("i")),
        ),
        (
            r"\frac{\partial C}{\partial x_j}",
            Derivative(Symbol("C"), (Symbol("x", None, letters("j")),)),
        ),
        (
            r"\sum_{k} x_k - y",
            Add(
                (
                    Term(
                        1, Big("sum", (Binder(Symbol("k")),), Symbol("x", None, letters("k")))
                    ),
                    Term(-1, Symbol("y")),
                )
            ),
        ),
    ],
)
def test_tex_is_read_as_its_tree(tex, tree):
    assert read(tex) == tree


@pytest.mark.parametrize(
    "tex", [r"x +", r"\frac{x}", r"x \oplus y)", r"(x", r"x_{", r"\text{words}"]
)
def test_what_the_grammar_does_not_know_is_refused(tex):
    with pytest.raises(Unreadable):
        read(tex)


def test_conditions_are_no_claims():
    statement = read_statement(
        r"x = y, \qquad 1 \le l < L, \\ k = L-1, \dots, 1", MACROS, FUNCTIONS
    )
    assert [tex_of(claim) for claim in statement.claims] == ["x = y"]
    assert [tex_of(condition.of) for condition in statement.conditions] == [
        r"1 \le l < L",
        "k = L - 1",
    ]
    assert statement.conditions[1].to == Number("1")


def test_no_letter_of_an_equation_is_lost(claims):
    for label in EVALUATED:
        tree = list(walk(claims[label].statement))
        symbols = [part.name.rstrip("'") for part in tree if isinstance(part, Symbol)]
        names = [letter for name in symbols for letter in name.split("^")]
        kept = {name.removeprefix(r"\mathrm{d}") for name in names}
        kept |= {part.function for part in tree if isinstance(part, Apply)}
        kept |= {"d" for part in tree if isinstance(part, Integral)}
        pieces = pieces_of(EQUATIONS[label].tex, MACROS, FUNCTIONS)
        written = {piece.text for piece in pieces if piece.kind in ("NAME", "FUNC")}
        entry = READER.supposition(EQUATIONS[label]).entry
        renamed = any(
            "_" in name for name in (*entry.get("where", {}), *entry.get("given", {}))
        )
        assert renamed or written <= kept, label


# The network


SMALL = Architecture((2, 3, 2), 3, ("tanh", "sigmoid"), "squared error")


@pytest.mark.parametrize(
    "network", networks_for(Hypotheses()), ids=lambda one: str(one.architecture)
)
def test_values_have_the_shapes_that_the_notation_states(network):
    for name, meaning in MEANINGS.items():
        if meaning.rows is None or meaning.columns is None:
            continue
        layers = QUANTITIES[meaning.quantity].layers
        for l in [None] if layers is None else range(layers, network.L + 1):
            value = array_of(meaning, network, l, 0, ())
            scope = Scope(World(network, MEANINGS), {"l": l or 0, "e": 0})
            stated = [number(evaluate(side, scope)) for side in (meaning.rows, meaning.columns)]
            assert list(value.shape) == stated, name


def test_a_network_with_numbers_that_are_known():
    network = Network(Architecture((1, 1), 1, ("identity",), "squared error"))
    network.W, network.b, network.x, network.y = {1: [[3.0]]}, {1: [0.5]}, [[2.0]], [[5.0]]
    assert network.run(0) == ([[], [6.5]], [[2.0], [6.5]])
    assert network.cost(0) == 2.25
    assert network.errors(1, 0) == [3.0]  # 2 (6.5 - 5)


def test_what_does_not_depend_on_what_moves_is_held():
    network = Network(SMALL)
    assert network.carried("sums", 1, 2, 0) == Matrix(((0.0,) * 2,) * 3)
    own = network.carried("sums", 2, 2, 0)
    assert own == Matrix(((1.0, 0.0), (0.0, 1.0)))


def test_paths_and_parameters_are_counted_one_by_one():
    network = Network(Architecture((2, 3, 2, 4), 2, ("tanh",) * 3, "squared error"))
    assert len(list(network.paths(1))) == 8
    assert network.parameters == 2 * 3 + 3 + 3 * 2 + 2 + 2 * 4 + 4
    assert network.multiplications("paths") == 2 * 2 * 3 * 8 + 2 * 1 * 2 * 4


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivatives_are_those_of_differences(name):
    function, h = ELEMENTWISE[name], 1e-6
    for z in (-1.3, -0.2, 0.4, 2.1):
        central = (function(z + h) - function(z - h)).real / (2 * h)
        assert derivative(function, 1)(z) == pytest.approx(central, abs=1e-8)


def test_second_derivatives_are_known_ones():
    assert derivative(ELEMENTWISE["tanh"], 2)(0.5) == pytest.approx(
        -2 * math.tanh(0.5) / math.cosh(0.5) ** 2, abs=1e-9
    )


@pytest.mark.parametrize(
    ("output", "cost", "of_package"),
    [("sigmoid", "squared error", squared_error), ("softmax", "cross-entropy", cross_entropy)],
)
def test_the_package_finds_the_same_gradients(output, cost, of_package):
    network = Network(Architecture((3, 4, 2, 5), 3, ("tanh", "sigmoid", output), cost))
    layers = (1, 2, 3)
    package = PackageNetwork(
        {l: np.array(network.W[l]) for l in layers},
        {l: np.array(network.b[l])[:, None] for l in layers},
        dict(
            zip(
                layers,
                (tanh, sigmoid, {"sigmoid": sigmoid, "softmax": softmax}[output]),
                strict=True,
            )
        ),
    )
    X, Y = np.array(network.x).T, np.array(network.y).T
    Z, A = forward(package, X)
    of_W, of_b = backward(package, Z, A, Y, of_package)
    np.testing.assert_allclose(A[3][:, 0], np.array(network.run(0)[1][3]).real, rtol=1e-13)
    for l in layers:
        i, j = len(network.b[l]) - 1, 0
        move = Move("weights", l, (i, j), None, 1e-30j)
        assert network.rate(network.mean_cost, move) == pytest.approx(of_W[l][i, j], rel=1e-11)
        move = Move("biases", l, (i,), None, 1e-30j)
        assert network.rate(network.mean_cost, move) == pytest.approx(of_b[l][i, 0], rel=1e-11)


def test_no_module_of_the_meaning_knows_the_package():
    for path in (HOME / "literate" / "meaning").glob("*.py"):
        assert "nnmath" not in path.read_text(encoding="utf-8"), path.name
        assert "numpy" not in path.read_text(encoding="utf-8"), path.name


# Evaluation


def value_of(tex, **names):
    return evaluate(read(tex), Scope(World(Network(SMALL), MEANINGS), {"e": 0, **names}))


def test_expressions_have_the_values_of_arithmetic():
    assert value_of(r"\frac{x}{2} + y^2 \cdot 3", x=5.0, y=2.0) == 14.5
    assert (
        value_of(
            r"\sum_{k=1}^{4} k",
        )
        == 10
    )
    assert value_of(r"\prod_{k=1}^{4} k") == 24
    assert value_of(r"[i = p]", i=1, p=1) == 1
    assert value_of(r"\max_k v_k - \min_k v_k", v=Matrix(((1.0,), (4.0,)))) == 3
    assert value_of(r"u\T v", u=Matrix(((1.0,), (2.0,))), v=Matrix(((3.0,), (4.0,)))) == Matrix(
        ((11.0,),)
    )
    assert value_of(r"\lVert v \rVert^2", v=Matrix(((3.0,), (4.0,)))) == pytest.approx(25)


def test_roundings_have_the_values_of_arithmetic():
    assert value_of(r"\lfloor x \rfloor", x=-1.5) == -2
    assert value_of(r"\lceil x \rceil", x=-1.5) == -1


def test_a_sum_runs_over_what_meets_its_conditions():
    v = Matrix(((1.0,), (2.0,), (4.0,), (8.0,)))
    assert value_of(r"\sum_{|k - p| \le 1} v_k", v=v, p=1) == 7
    assert value_of(r"\max_{1 \le k < 3} v_k", v=v) == 4
    sets = Matrix(((0.0,), (1.0,), (2.0,), (1.0,)))
    assert value_of(r"\sum_{k \in S} v_k", v=v, S=sets) == 10
    assert value_of(r"\sum_{k \in S_2} v_k", v=v, S=sets) == 4


def test_a_derivative_by_a_letter_is_exact():
    assert value_of(r"\frac{\mathrm{d} x^3}{\mathrm{d} x}", x=2.0) == pytest.approx(12)
    assert value_of(r"\frac{\mathrm{d}}{\mathrm{d} t} (x + 3 t)^2 \Big|_{t = 1}", x=2.0) == (
        pytest.approx(30)
    )


def drawn(tex, **chance):
    draws = {name: READER._draw(text, read) for name, text in chance.items()}
    return evaluate(read(tex), Scope(World(Network(SMALL), MEANINGS, chance=draws), {"e": 0}))


def test_chance_goes_through_all_outcomes():
    bits = {"u": "1 with 0.25, 0 with 0.75 column of 3"}
    assert drawn(r"\mathbb{E}\, [u_0 u_2]", **bits) == 0.0625
    assert drawn(r"\operatorname{Var} u_1", **bits) == 0.1875
    assert drawn(r"\Pr(u_0 + u_1 + u_2 \ge 2)", **bits) == pytest.approx(10 / 64)
    assert drawn(r"\mathbb{E}\, [u_0 + u_1]", u="2 members of 5") == pytest.approx(0.8)
    assert drawn(r"\mathbb{E} \max_k u_k", u="arrangement of 4") == 3
    assert drawn(r"\Pr(|v| \le 2)", v="normal") == pytest.approx(0.954, abs=0.01)


def test_each_operation_rounds_to_few_digits():
    assert value_of(r"\fl{1 + 2^{-6}}") == 1
    assert value_of(r"\fl{1 + 3 \cdot 2^{-6}}") == 1 + 2**-4
    assert value_of(r"\fl{(1 + x) + x}", x=2**-6) == 1
    assert value_of(r"\fl{1 + (x + x)}", x=2**-6) == 1 + 2**-5
    column = Matrix(((1.0,), (2**-6,), (2**-6,)))
    assert value_of(r"\fl{v\T u}", v=column, u=Matrix(((1.0,),) * 3)) == Matrix(((1.0,),))


def test_an_integral_is_the_known_one():
    value = value_of(r"\int_0^\infty e^{-2 t} \, dt")
    assert value == pytest.approx(0.5, rel=1e-9)


def test_a_mean_over_weights_is_one_over_networks():
    squares = drawn(r"\mathbb{E}\, (\zi{0}{1})^2", W="plus or minus 3")
    assert squares == pytest.approx(9 * sum(x**2 for x in Network(SMALL).x[0]))


@pytest.mark.parametrize("text", ["1 with 0.25, 0 with 0.5", "1, 2", "coin"])
def test_what_is_no_draw_is_refused(text):
    with pytest.raises((IllTyped, Unreadable)):
        drawn(r"\mathbb{E}\, u", u=text)


@pytest.mark.parametrize(
    "tex",
    [
        r"\W{1} \W{1}",
        r"\W{3}",
        r"\zvec{0}",
        r"\avec{1} + \avec{2}",
        r"\avec{1} \odot \avec{2}",
        r"\w{03}{1}",
        r"\underbrace{\W{1}}_{n_0 \times n_1}",
        r"\sum_{k} \w{kk}{1}",
        r"q",
    ],
)
def test_what_does_not_fit_has_no_value(tex):
    with pytest.raises(IllTyped):
        value_of(tex)


# The equations of the book


def test_every_equation_has_its_entry():
    claims = [claim for chapter in BOOK for claim in claims_of(chapter)]
    assert list(READER.problems([*EQUATIONS.values(), *claims])) == []


def test_every_equation_is_true_as_printed_and_no_mistake_goes_unnoticed(outcomes):
    assert list(problems_of_meanings(BOOK, outcomes)) == []


def test_most_of_the_book_is_evaluated():
    assert len(EVALUATED) >= 270


def test_the_derivation_is_evaluated_whole():
    reasons = {
        READER.supposition(one).reason
        for one in EQUATIONS.values()
        if one.chapter.docname in UP_TO_VECTORIZATION
    } - {""}
    for reason in reasons:
        assert not reason.startswith("not yet")


def test_every_evaluated_equation_is_compared_in_several_networks(outcomes):
    for label in EVALUATED:
        assert outcomes[label].networks >= 3, label


@pytest.mark.parametrize(
    "label", ["eq-delta-recursion", "eq-gradient-w-batch", "eq-path-sum", "eq-hadamard"]
)
def test_every_function_that_a_layer_may_have_occurs(label, claims):
    hypotheses = claims[label].hypotheses
    seen = {
        name for net in networks_for(hypotheses) for name in net.architecture.activations[:-1]
    }
    assert seen == set(ELEMENTWISE)


def test_sizes_and_batch_are_pairwise_different():
    for network in networks_for(Hypotheses()):
        sizes = [*network.n, network.m]
        assert len(set(sizes)) == len(sizes)
        assert network.m > 1
    assert {network.L for network in networks_for(Hypotheses())} == {1, 2, 3, 4}


# The example network


ROW = re.compile(r"<tr><td>[^<]*</td><td>((?:(?!</td>).)*)</td><td>= ([^<]*)</td></tr>")


def in_python(html):
    """Write a side of an example as Python does."""
    text = html.replace("<i>e</i>", "math.e").replace("<sup>", "**(").replace("</sup>", ")")
    text = re.sub(r"√\(", "math.sqrt(", re.sub(r"√([\d.]+)", r"math.sqrt(\1)", text))
    text = re.sub(r"\[(\d+) = (\d+)\]", lambda hit: str(int(hit[1] == hit[2])), text)
    text = re.sub(r"\|([^|]*)\||‖([^‖]*)‖", r"abs(\1\2)", text)
    text = re.sub(r"⌊([^⌋]*)⌋", r"floor(\1)", text)
    text = re.sub(r"⌈([^⌉]*)⌉", r"ceil(\1)", text)
    text = re.sub(r"(\w+)′\(", r"slope(\1, ", text)
    return text.replace("·", "*").replace("−", "-")


KNOWN = {
    "math": math,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "σ": lambda z: 1 / (1 + math.exp(-z)),
    "ln": math.log,
    "exp": math.exp,
    "ReLU": lambda z: max(z, 0),
    "max": max,
    "min": min,
    "floor": math.floor,
    "ceil": math.ceil,
    "abs": abs,
    "slope": lambda f, z: (f(z + 1e-6) - f(z - 1e-6)) / 2e-6,
}


def test_the_example_is_the_small_network_of_the_book():
    network, x, y = small_network()
    example = example_network(example_of(HOME), Hypotheses())
    for l in (1, 2):
        assert example.W[l] == network.W[l].tolist()
        assert example.b[l] == network.b[l][:, 0].tolist()
    assert (example.x[0], example.y[0]) == (x[:, 0].tolist(), y[:, 0].tolist())
    assert example.architecture.activations == ("tanh", "sigmoid")


def test_every_evaluated_equation_has_its_example(outcomes):
    assert [label for label in EVALUATED if not outcomes[label].example] == []


def test_the_terms_of_an_example_stand_where_the_equation_has_them(outcomes):
    example = outcomes["eq-delta-recursion"].example
    assert "<caption>2–3–2, tanh, sigmoid, squared error, <i>l</i> = 1, <i>j</i> = 0" in example
    assert (
        "<td>tanh′(1.02) · (1.2 · (−0.0142) + (−0.9) · 0.0966)</td><td>= −0.0423</td>"
        in example
    )


def test_what_is_written_in_an_example_has_the_value_beside_it(outcomes):
    compared = 0
    for label in EVALUATED:
        for side, value in ROW.findall(outcomes[label].example):
            text = in_python(side)
            if not {"<", "′"} & set(text) and set(re.findall(r"[^\W\d]+", text)) <= {
                *KNOWN,
                "e",
                "sqrt",
            }:
                written = float(value.replace("−", "-"))
                assert eval(text, KNOWN) == pytest.approx(written, rel=2e-3, abs=2e-4), (
                    label,
                    side,
                )
                compared += 1
    assert compared > 120


def test_an_example_says_which_sides_are_equal_but_for_a_remainder(outcomes):
    assert "<td>≈</td><td>0</td>" in outcomes["eq-dual"].example
    assert re.search(r"O\(0\.1\)</td><td>≈ ", outcomes["eq-kink-error"].example)
    assert "≈" not in outcomes["eq-delta-recursion"].example


def test_an_example_with_a_cost_of_its_own_names_no_network(outcomes):
    assert "2–3–2" not in outcomes["eq-descent-step"].example


def test_a_word_below_a_letter_stands_below_it(outcomes):
    assert "<i>T</i><sub>ring</sub>" in outcomes["eq-ring-time"].example


# Claims in lines of text


CLAIMS = [one for chapter in BOOK for one in claims_of(chapter)]


def test_claims_in_lines_are_found_where_they_stand():
    assert len(CLAIMS) >= 20
    for claim in CLAIMS:
        lines = (HOME / claim.chapter.path).read_text(encoding="utf-8").split("\n")
        near = " ".join(" ".join(lines[claim.line - 1 : claim.line + 12]).split())
        assert f"{{claim}}`{claim.tex}`" in near


def test_a_claim_in_a_line_is_refused_when_it_is_false():
    (claim,) = (one for one in CLAIMS if one.tex.startswith(r"1 \cdot \di{j}{L}"))
    assert not evaluated(READER, claim).failure
    wrong = replace(claim, tex=claim.tex.replace("1", "2", 1))
    assert "is false" in evaluated(READER, wrong).failure


def test_a_claim_that_only_says_a_range_is_refused():
    nothing = replace(CLAIMS[0], tex=r"0 \le j < n_l")
    assert evaluated(READER, nothing).failure == "claims nothing"


# Mistakes


def edited(label, old, new):
    equation = EQUATIONS[label]
    assert equation.tex.count(old) >= 1
    return evaluated(READER, replace(equation, tex=equation.tex.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("label", "old", "new"),
    [
        ("eq-delta-recursion", r"\w{ij}{l+1}", r"\w{ji}{l+1}"),
        ("eq-delta-recursion", r"\sum", r"-\sum"),
        ("eq-gradient-entries", r"\ai{j}{l-1}", r"\ai{j}{l}"),
        ("eq-hadamard", r"\T", ""),
        ("eq-hadamard", r"\varphi'\bigl(\zvec{l}\bigr)", r"\varphi'\bigl(\avec{l}\bigr)"),
        ("eq-gradient-w-batch", r"\frac{1}{m}", ""),
        ("eq-output-error-squared", r"\frac{2}{n_L}", r"\frac{1}{n_L}"),
        ("eq-z", r"+ \bi", r"- \bi"),
        ("eq-path-product", r"\prod_{r=l}^{L-1}", r"\prod_{r=l}^{L}"),
        ("eq-softmax-cross-entropy-error", "p - y", "y - p"),
        ("eq-scalar-bound", r"\le", r"\ge"),
        ("eq-z", "=", r"\le"),
        ("eq-collapse", r"\le", r"\ge"),
        ("eq-cost-near-uniform", r"\le", r"\ge"),
        ("eq-operations-bound", "3", "2"),
        ("eq-path-sum", r"\sum", r"\prod"),
        ("eq-z-matrix", r"\W{l}", r"\W{l+1}"),
        ("eq-outer-product", r"n_l \times n_{l-1}", r"n_{l-1} \times n_l"),
        ("eq-decay-step", r"\W{l} &\leftarrow", r"\W{l+1} &\leftarrow"),
        ("eq-network-update", r"\w{ij}{l} &\leftarrow", r"\w{ji}{l} &\leftarrow"),
        ("eq-network-update", r"\w{ij}{l} &\leftarrow", r"\bi{i}{l} &\leftarrow"),
        ("eq-update", r"\theta \leftarrow", r"\eta \leftarrow"),
        ("eq-complex-truncation", r"\frac{h^2}{6}", r"\frac{h^2}{3}"),
        ("eq-complex-truncation", "O(h^4)", "O(h^5)"),
        ("eq-kink", r"(1 - \tau)", r"(1 + \tau)"),
        ("eq-doubling", r"D^{\pm}_{2h}", r"D^{\pm}_{3h}"),
        ("eq-doubling", r"D^{\pm}_h", r"D^{+}_h"),
        ("eq-bias-relaxation", "K d", "d"),
        ("eq-plateau-cost", "2t", "t"),
        ("eq-dual-product", "a' b + a b'", "a' b - a b'"),
        ("eq-batch-variance", "m - B", "m - 1"),
        ("eq-shared-step", r"S \cap S_r", "S"),
        ("eq-gradient-noise", r"+ S^{(l)} (", r"- S^{(l)} ("),
        ("eq-difference-rounding", "2", ""),
        ("eq-neuron", "+ b", "- b"),
        ("eq-confusion", "[c_e = c]", "[c_e = k]"),
        ("eq-adam", r"\sqrt{\hat q_t}", r"\hat q_t"),
        ("eq-nesterov", r"- \eta\mu", r"+ \eta\mu"),
        ("eq-threshold", "k^* + 1", "k^*"),
        ("eq-clip", r"\min", r"\max"),
        ("eq-more-workers", "4h", "2h"),
        ("eq-twins", r"\w{hj}{l}", r"\w{gj}{l}"),
        ("eq-tape-memory", "3", "2"),
        ("eq-dot-rounding", "|x_j|", "x_j"),
        ("eq-error-carried", r"\T F^{(l+1)}", r"\T E^{(l+1)}"),
        ("eq-error-carried", "{n_{l+1}+1}", "{1}"),
        ("eq-tree-rounding", r"\hat s -", r"\hat s +"),
        ("eq-straggler", r"e^{-x}", r"e^{-2 x}"),
        ("eq-error-variance", "{l+1}", "{l}"),
        ("eq-accuracy-variance", r"\Bigl( 1", r"\Bigl( 2"),
        ("eq-dropout", "{1 - r}", "{r}"),
        ("eq-dropout", "= M", "= A"),
        ("eq-dropout-moments", r"\operatorname{Var}", r"\mathbb{E}"),
        ("eq-direction-chance", r"\lVert r \rVert", r"\lVert 2 r \rVert"),
    ],
)
def test_an_edit_of_the_tex_turns_the_equation_false(label, old, new):
    assert edited(label, old, new).failure


def test_a_failure_names_the_network_the_indices_and_both_values():
    failure = edited("eq-z", r"+ \bi", r"- \bi").failure
    assert "is false in 2-3, " in failure
    assert ", m = 4, e = 0, l = 1, i = 0" in failure
    left, right = failure.partition(" is false")[0].split(" = ")
    assert float(left) != float(right)


def test_what_cannot_be_read_is_a_failure():
    assert edited("eq-z", "=", r"\oplus").failure.startswith("cannot be read: ")


def test_an_edit_of_a_definition_turns_false_what_is_evaluated_with_it():
    texts = {**READER.texts, "eq-momentum": READER.texts["eq-momentum"].replace("+", "-", 1)}
    assert "is false" in evaluated(Reader(HOME, texts), EQUATIONS["eq-momentum-sum"]).failure


@pytest.fixture(scope="module")
def mistakes(claims):
    """Make all mistakes: for each claim the claim, and a list."""
    return [
        (claim, list(mistakes_in(claim, MEANINGS)))
        for one in claims.values()
        for claim in one.relations()
    ]


def test_mistakes_of_every_kind_are_made(mistakes):
    kinds = {mistake.name.partition(":")[0] for _, made in mistakes for mistake in made}
    assert kinds >= {
        "sign",
        "factor 2",
        "factor 1/2",
        "factor dropped",
        "factors exchanged",
        "term dropped",
        "index",
        "indices exchanged",
        "layer",
        "transpose dropped",
        "transpose added",
        "product for elementwise product",
        "elementwise product for product",
        "bound",
        "prime dropped",
        "activation for sum",
        "number",
        "fraction",
        r"\ge for \le",
    }


def test_a_mistake_differs_from_the_equation_and_is_made_once(mistakes):
    for claim, found in mistakes:
        made = [mistake.relation for mistake in found]
        assert claim not in made
        assert all(isinstance(one, Relation) for one in made)
        assert len(set(made)) == len(made)


def test_a_mistake_that_is_none_survives(claims):
    (survivor,) = judge(claims["eq-collapse"]).survivors
    assert (survivor.name, survivor.why) == ("index: i → p (side 1)", "")


def test_a_multiple_of_0_survives_with_its_reason(outcomes):
    outcome = outcomes["eq-bn-no-bias"]
    assert [name.partition(":")[0] for name in outcome.survivors] == [
        "sign",
        "factor 2",
        "factor 1/2",
    ]
    assert {outcome.listed[name] for name in outcome.survivors} == {
        "the other side is 0, and a multiple of 0 is 0"
    }


def test_a_survivor_must_be_listed_and_a_listed_one_survive():
    outcome = Outcome("eq-x", survivors=("a", "b"), listed={"b": "so", "c": "so"})
    assert list(outcome.problems()) == [
        "eq-x is still true with a mistake: a",
        "eq-x does not survive: c",
    ]


def test_nearly_all_mistakes_are_noticed(outcomes):
    found = [outcomes[label] for label in EVALUATED]
    made, noticed = sum(one.mistakes for one in found), sum(one.noticed for one in found)
    bounds = sum(one.bounds for one in found)
    assert made > 7000
    assert bounds / made < 0.03
    assert noticed / (made - bounds) > 0.99


# The entries


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (
            {"of": "two examples"},
            "of must be among one example, a batch, a chain, a chain and a batch",
        ),
        ({"hiden": "relu"}, "unknown key 'hiden'"),
        ({"not evaluated": "so", "of": "a batch"}, "what is not evaluated has a reason"),
        ({"where": ["x"]}, "where gives each letter its meaning"),
        ({"survive": ["x"]}, "survive lists mistakes"),
        (7, "expected the keys"),
    ],
)
def test_a_malformed_entry_is_refused(entry, fault):
    assert [said for said in faults_of_entry(entry) if fault in said]


def test_hypotheses_that_hold_nowhere_are_a_failure(claims):
    error = claims["eq-softmax-cross-entropy-error"]
    nowhere = replace(error, hypotheses=replace(error.hypotheses, target="any"))
    assert evaluate_equation(nowhere).failure == "its hypotheses hold in no network"
