"""From the TeX of an equation to its syntax tree."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from literate.book.notation import Macro
from literate.meaning.functions import FENCES
from literate.meaning.grammar import GRAMMAR
from literate.meaning.syntax import (
    Add,
    Apply,
    At,
    Big,
    Binder,
    Both,
    Brace,
    Bracket,
    Case,
    Cases,
    Chance,
    Condition,
    Derivative,
    Difference,
    Dots,
    Entry,
    Hadamard,
    Integral,
    Listed,
    Nabla,
    Nest,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Quotient,
    Reals,
    Relation,
    Statement,
    Symbol,
    Term,
    Transpose,
    walk,
)
from literate.meaning.tokens import Piece, Unreadable, pieces_of

OPENING = frozenset({"OPEN", "LBRACE", "LBRACKET", "FENCE", "LSET", "CASES", "LAYER"})
CLOSING = frozenset({"CLOSE", "RBRACE", "RBRACKET", "ENDFENCE", "RSET", "ENDCASES", "ENDLAYER"})


class _Given(Lexer):
    """Hands tokens on that are there already."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """Make tokens of the grammar."""
        for piece in lexer_state:
            yield Token(piece.kind, piece.text)


class Script:
    """What stands above or below something."""

    def __init__(self, kind: str, value: Any = None) -> None:
        self.kind = kind
        self.value = value


class ToTree(Transformer[Token, Any]):
    """Makes nodes of what the grammar has found."""

    def start(self, parts: list[Any]) -> Any:
        """Give the relation."""
        return parts[0]

    def relation(self, parts: list[Any]) -> Relation:
        """Take sides and signs apart."""
        signs = tuple(str(sign) for sign in parts[1::2])
        if {r"\le", "<"} & set(signs) and {r"\ge", ">"} & set(signs):
            raise Unreadable("a chain goes up and down")
        return Relation(tuple(parts[::2]), signs)

    def add(self, parts: list[Any]) -> Node:
        """Join terms, each with the sign before it."""
        terms, sign = [], 1
        for part in parts:
            if isinstance(part, Token):
                sign = -1 if part.type == "MINUS" else 1
            else:
                terms.append(Term(sign, part))
        if len(terms) == 1 and terms[0].sign > 0:
            return terms[0].of
        return Add(tuple(terms))

    index = add

    def hadamard(self, parts: list[Any]) -> Node:
        """Join what an elementwise product joins."""
        return Hadamard(tuple(_nodes(parts)))

    def chain(self, parts: list[Any]) -> Node:
        """Join the factors of a product; nested ones become one."""
        factors: list[Node] = []
        for part in _nodes(parts):
            factors += (
                part.factors if part is parts[-1] and isinstance(part, _Chain) else [part]
            )
        return factors[0] if len(factors) == 1 else _Chain(tuple(factors))

    def scripted(self, parts: list[Any]) -> Node:
        """Put what stands above and below on an atom."""
        first, *scripts = parts
        node = _atom(first) if isinstance(first, Token) else first
        for script in scripts:
            node = _with(node, script)
        return node

    bare_name = index_name = scripted

    def one_below(self, parts: list[Any]) -> Script:
        """Read one index without braces."""
        return Script("below", (_atom(parts[-1]),))

    def below(self, parts: list[Any]) -> Script:
        """Read indices."""
        return Script("below", parts[2])

    def one_above(self, parts: list[Any]) -> Script:
        """Read a power without braces."""
        return Script("above", _atom(parts[-1]))

    def above(self, parts: list[Any]) -> Script:
        """Read a power."""
        return Script("above", parts[2])

    def layer(self, parts: list[Any]) -> Script:
        """Read a layer."""
        return Script("layer", parts[1])

    def transpose(self, _: list[Any]) -> Script:
        """Read the sign of a transpose."""
        return Script("transpose")

    def prime(self, parts: list[Any]) -> Script:
        """Count primes."""
        return Script("prime", len(parts[0]))

    def at(self, parts: list[Any]) -> Script:
        """Read which value a symbol has."""
        return Script("at", (Symbol(str(parts[3])), next(_nodes(parts))))

    def indices(self, parts: list[Any]) -> tuple[Node, ...]:
        """List indices."""
        return tuple(_nodes(parts))

    def name(self, parts: list[Any]) -> Node:
        """Make a symbol."""
        return _atom(parts[0])

    number = name

    def dots(self, _: list[Any]) -> Node:
        """Make an ellipsis."""
        return Dots()

    def inside(self, parts: list[Any]) -> Node:
        """Take brackets off."""
        node: Node = parts[1]
        return Product(node.factors) if isinstance(node, _Chain) else node

    def bracket(self, parts: list[Any]) -> Node:
        """Make an Iverson bracket."""
        return Bracket(parts[1])

    def difference(self, parts: list[Any]) -> Node:
        """Make a quotient of differences."""
        *step, of = _nodes(parts)
        return Difference(str(parts[0]), step[0] if step else _atom(parts[2]), of)

    def chance(self, parts: list[Any]) -> Node:
        """Make a mean or a variance; what stands in brackets has them taken off."""
        kind, of = str(parts[0]), _closed(parts[1])
        if isinstance(of, Bracket) and not of.of.relations:
            (of,) = of.of.sides
        return Chance(kind, of)

    def chance_of_word(self, parts: list[Any]) -> Node:
        """Make the mean of what a word names."""
        word = str(parts[2]).replace(r"\text", r"\operatorname")
        return Chance(str(parts[0]), Symbol(word))

    def probability(self, parts: list[Any]) -> Node:
        """Make the probability of a relation."""
        return Chance(str(parts[0]), parts[2])

    def fenced(self, parts: list[Any]) -> Node:
        """Make the application of what two signs around expressions mean."""
        opening, closing = str(parts[0]), str(parts[-1])
        if FENCES[opening].closing != closing:
            raise Unreadable(f"{opening} is closed by {closing}")
        return Apply(opening, None, 0, tuple(_nodes(parts)))

    def both(self, parts: list[Any]) -> Node:
        """Make what two sets have in common."""
        return Both(tuple(_nodes(parts)))

    def listed(self, parts: list[Any]) -> Node:
        """Make a set."""
        return Listed(tuple(_nodes(parts)))

    def ones(self, parts: list[Any]) -> Node:
        """Make a column of ones."""
        return Ones(*_nodes(parts))

    def reals(self, parts: list[Any]) -> Node:
        """Make a set of matrices."""
        return Reals(*_nodes(parts))

    def slash(self, parts: list[Any]) -> Node:
        """Make a fraction that stands on one line."""
        return Quotient(*_nodes(parts))

    def quotient(self, parts: list[Any]) -> Node:
        """Make a fraction."""
        return Quotient(*_nodes(parts))

    def fraction(self, parts: list[Any]) -> Node:
        """Give what the fraction is."""
        node: Node = parts[0]
        return node

    braced_atom = fraction

    def derivative(self, parts: list[Any]) -> Node:
        """Make a derivative, and see that its order is the number of symbols."""
        of, *by = _nodes(part for part in parts if not isinstance(part, list))
        by += [node for part in parts if isinstance(part, list) for node in part]
        orders = [int(part) for part in parts if getattr(part, "type", "") == "NUMBER"]
        if orders not in ([], [len(by)]):
            raise Unreadable("the order of a derivative is not the number of its symbols")
        return Derivative(of, tuple(by))

    def derived(self, parts: list[Any]) -> Node:
        """Make a derivative of what stands behind it."""
        (by,) = next((part for part in parts if isinstance(part, list)), parts[6:7])
        of = _closed(parts[-1])
        if isinstance(of, At):  # the value is that of the derivative
            return replace(of, of=Derivative(of.of, (by,)))
        return Derivative(of, (by,))

    def derived_twice(self, parts: list[Any]) -> Node:
        """Make a second derivative of what stands behind it."""
        if [str(part) for part in parts if getattr(part, "type", "") == "NUMBER"] != ["2", "2"]:
            raise Unreadable("the order of a derivative is not the number of its symbols")
        by, of = next(_nodes(parts)), _closed(parts[-1])
        if isinstance(of, At):
            return replace(of, of=Derivative(of.of, (by, by)))
        return Derivative(of, (by, by))

    def denominator(self, parts: list[Any]) -> list[Node]:
        """List the symbols below a derivative."""
        return list(_nodes(parts))

    def differential(self, parts: list[Any]) -> Node:
        """Make a symbol of a differential."""
        of = parts[1]
        if not isinstance(of, Symbol):
            raise Unreadable("a differential is one of a symbol")
        return Symbol(rf"\mathrm{{d}}{of.name}", of.layer, of.indices)

    def nabla(self, parts: list[Any]) -> Node:
        """Make a gradient."""
        *by, of = _nodes(parts)
        return Nabla(by[0] if by else _atom(parts[2]), of)

    def nabla_of_all(self, parts: list[Any]) -> Node:
        """Make a gradient by the argument of a function, or by all parameters."""
        return Nabla(None, parts[1])

    def shape(self, parts: list[Any]) -> tuple[Node, ...]:
        """Read a shape below a brace."""
        return tuple(_nodes(parts))

    def word(self, _: list[Any]) -> tuple[Node, ...]:
        """Skip a word below a brace."""
        return ()

    def braced(self, parts: list[Any]) -> Node:
        """Make an expression with a brace."""
        notes = [part for part in parts if isinstance(part, tuple)]
        return Brace(next(_nodes(parts)), *(notes[0] if notes else ()))

    def cases(self, parts: list[Any]) -> Node:
        """Make a distinction."""
        return Cases(tuple(_nodes(parts)))

    def case_if(self, parts: list[Any]) -> Node:
        """Make a case with its condition."""
        value, condition = _nodes(parts)
        return Case(value, condition)

    def case_with(self, parts: list[Any]) -> Node:
        """Make a case with its probability."""
        value, chance = _nodes(parts)
        return Case(value, None, chance)

    def case_otherwise(self, parts: list[Any]) -> Node:
        """Make the last case."""
        return Case(next(_nodes(parts)), None)

    def bare(self, parts: list[Any]) -> Node:
        """Give an argument without brackets."""
        node: Node = parts[0]
        return node

    def applied(self, parts: list[Any]) -> Node:
        """Make an application."""
        layer, primes, power = None, 0, None
        for script in (part for part in parts if isinstance(part, Script)):
            if script.kind == "layer":
                layer = script.value
            elif script.kind == "prime":
                primes += script.value
            else:
                power = script.value
        node = Apply(str(parts[0]), layer, primes, tuple(_nodes(parts)))
        return Power(node, power) if power else node

    def primed(self, parts: list[Any]) -> Node:
        """Make a derivative of a function where its own argument is."""
        name, *scripts = parts
        if any(script.kind != "prime" for script in scripts):
            raise Unreadable(f"{name} without its argument")
        return Symbol(str(name) + "'" * sum(script.value for script in scripts))

    def indexed(self, parts: list[Any]) -> Node:
        """Make an application of a function with an index, which is its first argument."""
        return Apply(str(parts[0]), None, 0, (_atom(parts[2]), *_nodes(parts)))

    def with_index(self, parts: list[Any]) -> Node:
        """Make a symbol of a letter that is a function elsewhere."""
        return Symbol(str(parts[0]), None, (_atom(parts[2]),))

    def apply(self, parts: list[Any]) -> Node:
        """Give what is applied."""
        node: Node = parts[0]
        return node

    def extreme_of(self, parts: list[Any]) -> Node:
        """Make the largest or smallest of some expressions."""
        return Apply(str(parts[0]), None, 0, tuple(_nodes(parts)))

    def over_one(self, parts: list[Any]) -> tuple[Binder, ...]:
        """Read an index to sum over."""
        return (Binder(Symbol(str(parts[1]))),)

    def over_all(self, parts: list[Any]) -> tuple[Binder, ...]:
        """Read indices to sum over, or conditions that they meet."""
        return tuple(binder for part in _nodes(parts) for binder in _binders(part))

    def over_range(self, parts: list[Any]) -> tuple[Binder, ...]:
        """Read an index with its bounds."""
        relation, upper = _nodes([*parts[:-1], _closed(parts[-1])])
        if relation.relations != ("=",):
            raise Unreadable("what an index runs over must be a range, such as j=0 to n-1")
        index, lower = relation.sides
        return (Binder(_symbol(index), lower, upper),)

    def big(self, parts: list[Any]) -> Node:
        """Make a sum, a product, or the largest or smallest of several values."""
        sign, binders, body = parts
        return Big(str(sign)[1:], binders, _closed(body))

    def integral(self, parts: list[Any]) -> Node:
        """Make an integral; its last two factors say by which letter."""
        body = _closed(parts[-1])
        match body:
            case Product((*factors, Symbol("d"), Symbol() as index)) if factors:
                of = factors[0] if len(factors) == 1 else Product(tuple(factors))
                return Integral(_atom(parts[2]), index, of)
        raise Unreadable("an integral by no letter")

    def nest(self, parts: list[Any]) -> Node:
        """Make sums inside of sums."""
        if {str(part) for part in parts if getattr(part, "type", "") == "BIG"} != {r"\sum"}:
            raise Unreadable("what stands inside of one another are sums")
        (first,), (last,) = (part for part in parts if isinstance(part, tuple))
        return Nest(first, last, _closed(parts[-1]))


class _Chain(Product):
    """A product that may still become a part of a longer one."""


def _closed(node: Any) -> Any:
    return Product(node.factors) if isinstance(node, _Chain) else node


def _binders(relation: Relation) -> Iterator[Binder]:
    """Take what stands below a sum as indices, as a range, or as a condition of one index."""
    sides, signs = relation.sides, relation.relations
    if not signs:
        of = _closed(sides[0])
        for index in of.factors if isinstance(of, Product) else (of,):
            yield Binder(_symbol(index))
        return
    about = sides[len(sides) // 2] if len(sides) == 3 else sides[0]
    if len(sides) == 3 and isinstance(about, Symbol) and set(signs) <= {r"\le", "<"}:
        lower, upper = (
            Add((Term(1, side), Term(by, Number("1")))) if sign == "<" else side
            for side, sign, by in zip(sides[::2], signs, (1, -1), strict=True)
        )
        yield Binder(about, lower, upper)
        return
    index = next((part for part in walk(about) if isinstance(part, Symbol)), None)
    if index is None:
        raise Unreadable("a condition of no index")
    yield Binder(index, condition=relation)


def _nodes(parts: Iterable[Any]) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, Node):
            yield part


def _atom(token: Token) -> Node:
    return Number(str(token)) if token.type == "NUMBER" else Symbol(str(token))


def _symbol(node: Node) -> Symbol:
    if not isinstance(node, Symbol):
        raise Unreadable("an index to sum over must be a letter")
    return node


def _with(node: Node, script: Script) -> Node:
    """Put one script on a node."""
    match script.kind:
        case "below" if isinstance(node, Symbol) and not node.indices:
            return Symbol(node.name, node.layer, script.value)
        case "below" if isinstance(node, Nabla) and not node.by and isinstance(node.of, Symbol):
            return replace(node, of=_with(node.of, script))
        case "below":
            return Entry(node, script.value)
        case "layer" if isinstance(node, Symbol) and node.layer is None:
            return Symbol(node.name, script.value, node.indices)
        case "layer":
            raise Unreadable("only a symbol has a layer")
        case "transpose":
            return Transpose(node)
        case "at":
            return At(node, *script.value)
        case "prime" if isinstance(node, Symbol):
            return Symbol(node.name + "'" * script.value, node.layer, node.indices)
        case "prime":
            raise Unreadable("only a symbol or a function has a prime")
        case _ if isinstance(script.value, Symbol) and script.value.name in (r"\star", "*"):
            return Symbol(f"{_symbol(node).name}^{script.value.name}")
        case _:
            return Power(node, script.value)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=_Given, transformer=ToTree())


def _parsed(pieces: Sequence[Piece]) -> Any:
    try:
        return _cleaned(_parser().parse(pieces))  # type: ignore[arg-type]
    except UnexpectedToken as error:
        raise Unreadable(f"cannot read on at {str(error.token)!r}") from None
    except UnexpectedInput:
        raise Unreadable("ends too early") from None


def _cleaned(node: Node) -> Node:
    """Make plain products of those that were being joined."""
    from literate.meaning.syntax import children, with_child

    for field, place, part in children(node):
        clean = _cleaned(part)
        if clean is not part:
            node = with_child(node, field, place, clean)
    return Product(node.factors) if isinstance(node, _Chain) else node


def read_expression(tex: str, macros: Sequence[Macro], functions: Container[str]) -> Node:
    """Read one expression."""
    relation = _parsed(pieces_of(tex, macros, functions))
    if relation.relations:
        raise Unreadable("an expression is expected, and not a relation")
    side: Node = relation.sides[0]
    return side


def read_statement(tex: str, macros: Sequence[Macro], functions: Container[str]) -> Statement:
    """Read a displayed equation: its claims, and the conditions that it states beside them.

    Parameters
    ----------
    tex : str
        As the chapter has it.
    macros : sequence of Macro
        The book's.
    functions : container of str
        The names that are functions here.

    Returns
    -------
    Statement
        The tree.

    Raises
    ------
    Unreadable
        If the grammar does not know what stands there.
    """
    claims: list[Relation] = []
    conditions: list[Condition] = []
    segments = _segments(pieces_of(tex, macros, functions))
    waiting: list[Symbol] = []
    while segments:
        is_condition, pieces = segments.pop(0)
        if len(segments) > 1 and [piece.kind for piece in segments[0][1]] == ["DOTS"]:
            last = _parsed(segments[1][1]).sides[0]
            conditions.append(Condition(_parsed(pieces), to=last))
            del segments[:2]
            continue
        relation = _parsed(pieces)
        if segments and _begins_list(relation):  # 0 <= p, q < n
            last = _parsed(segments.pop(0)[1])
            for symbol in (relation.sides[1], last.sides[0]):
                sides = (relation.sides[0], symbol, last.sides[1])
                conditions.append(
                    Condition(Relation(sides, relation.relations + last.relations))
                )
            continue
        if not relation.relations:
            if not (segments or is_condition) or not isinstance(relation.sides[0], Symbol):
                raise Unreadable("a part of it states nothing")
            waiting.append(relation.sides[0])
        elif is_condition or waiting or _is_range(relation):
            conditions.append(Condition(relation, also=tuple(waiting)))
            waiting = []
        else:
            claims.append(relation)
    return Statement(tuple(claims), tuple(conditions))


def _segments(pieces: Sequence[Piece]) -> list[tuple[bool, list[Piece]]]:
    """Cut an equation at the commas and words that are in no brackets."""
    depth, parts = 0, [(False, list[Piece]())]
    for piece in pieces:
        depth += (piece.kind in OPENING) - (piece.kind in CLOSING)
        if depth == 0 and piece.kind == "COMMA":
            parts.append((parts[-1][0], []))
        elif depth == 0 and piece.kind == "IF":
            parts.append((True, []))
        elif depth == 0 and piece.kind == "IMPLIES":
            parts = [(True, part) for _, part in parts if len(part) > 1] + [(False, [])]
        else:
            parts[-1][1].append(piece)
    return [(is_condition, part) for is_condition, part in parts if part]


def _begins_list(relation: Relation) -> bool:
    """Tell whether a bound of a symbol is stated whose other bound stands with the next symbol."""
    return (
        relation.relations == (r"\le",)
        and isinstance(relation.sides[0], Number)
        and isinstance(relation.sides[1], Symbol)
    )


def _is_range(relation: Relation) -> bool:
    """Tell whether a relation is a range of an index, such as ``1 <= l < L``, or ``d > 0``."""
    if not set(relation.relations) <= {r"\le", "<", ">", r"\ge", r"\ne"}:
        return False
    plain = (Symbol, Number)
    if len(relation.sides) == 2:
        return isinstance(relation.sides[0], Symbol) and isinstance(relation.sides[1], Number)
    middle = relation.sides[1:-1]
    ends = (relation.sides[0], relation.sides[-1])
    return all(isinstance(side, Symbol) for side in middle) and all(
        isinstance(end, plain)
        or (isinstance(end, Add) and all(isinstance(term.of, plain) for term in end.terms))
        for end in ends
    )
