"""From the TeX of an equation to tokens: macros are written out, and what only sets is dropped."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from literate.book.notation import Macro
from literate.meaning.functions import FENCES


class Unreadable(Exception):
    """The TeX says something that the grammar does not know."""


@dataclass(frozen=True)
class Piece:
    """A token: its kind, which the grammar knows, and its text."""

    kind: str
    text: str


ACCENTS = r"hat|bar|tilde|dot|widehat"
ACCENTED = re.compile(rf"\\(?:{ACCENTS}|mathrm)(?![a-zA-Z])")
SPACE = re.compile(
    r"\s+|\.(?!\d)|\\[,;:! ]|\\quad\b|\{\}"
    r"|\\(begin|end)\{(aligned|gathered)\}|\\[bB]igg?(?![a-zA-Z])(?!\|_)|\\([bB]igg?[lr]|left|right)(?![a-zA-Z|])"
)
MIXED = re.compile(r"(\d+)\\t?frac(\d)([2458])(?!\d)")
"""A whole number and a fraction, with nothing between them."""

SHORT_FRACTION = re.compile(r"\\t?frac\s*(\d)\s*(\d|[a-zA-Z])")

COMMAND = re.compile(r"\\[a-zA-Z]+")

LETTER = re.compile(
    r"\\(?:alpha|beta|gamma|delta|varepsilon|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|psi|rho|sigma"
    r"|tau|omega|varphi|Delta|star|ell|vartheta)"
)
"""The commands that are letters."""

WORDS = {
    "if": "IF",
    "for": "IF",
    "for all": "IF",
    "otherwise": "OTHERWISE",
    "with probability": "WITH",
    "gives": "IMPLIES",
}

FENCE_SIGNS = [
    (kind, re.escape(sign) + r"\b")
    for opening, fence in FENCES.items()
    if opening != fence.closing
    for kind, sign in (("FENCE", opening), ("ENDFENCE", fence.closing))
]

PATTERNS: Sequence[tuple[str, str]] = (
    ("TRANSPOSE", r"\^\{\\mathrm\{T\}\}"),
    (
        "NAME",
        rf"\\(?:{ACCENTS})(?![a-zA-Z])\s*(?:\{{\s*(?:\\[a-zA-Z]+|[a-zA-Z])\s*\}}|\\[a-zA-Z]+|[a-zA-Z])",
    ),
    ("NAME", r"[a-zA-Z]_\{\\text\{[a-z]+\}\}"),
    ("TEXT", r"\\text\{[^}]*\}"),
    ("NAME", r"\\log_2"),
    ("DIFFERENCE", r"D\^\{(?:\\pm|\+|\\mathrm\{i\})\}"),
    ("CHANCE", r"\\mathbb\{E\}|\\operatorname\{Var\}"),
    ("NAME", r"\\operatorname\{[a-zA-Z_\\]+\}"),
    ("CASES", r"\\begin\{cases\}"),
    ("ENDCASES", r"\\end\{cases\}"),
    ("LAYER", r"\^\{\("),
    ("D", r"\\mathrm\{d\}"),
    ("NAME", r"\\mathrm\{i\}"),
    ("ONES", r"\\mathbf\{1\}"),
    ("REALS", r"\\mathbb\{R\}"),
    ("PROBABILITY", r"\\Pr(?![a-zA-Z])"),
    ("FRAC", r"\\[td]?frac\b"),
    ("BIG", r"\\(?:sum|prod)(?![a-zA-Z])"),
    ("INTEGRAL", r"\\int(?![a-zA-Z])"),
    ("INFINITY", r"\\infty(?![a-zA-Z])"),
    ("PARTIAL", r"\\partial\b"),
    ("NABLA", r"\\nabla\b|\\nabla(?=_)"),
    ("UNDERBRACE", r"\\underbrace\b"),
    ("DOTS", r"\\[cl]?dots\b"),
    ("ODOT", r"\\odot\b"),
    ("CROSS", r"\\times\b"),
    ("CDOT", r"\\cdot\b"),
    ("CAP", r"\\cap\b"),
    ("IMPLIES", r"\\Longrightarrow\b"),
    *FENCE_SIGNS,
    ("LSET", r"\\\{"),
    ("RSET", r"\\\}"),
    ("AT", r"\\[bB]igg?\|(?=_)"),
    ("FENCE", r"\\(?:[bB]igg?l|left)\|"),
    ("ENDFENCE", r"\\(?:[bB]igg?r|right)\|"),
    ("BAR", r"\|"),
    (
        "REL",
        r"\\le\b|\\ge\b|\\ne\b|\\in\b|\\mapsto\b|\\leftarrow\b|\\longrightarrow\b|\\approx\b|=:|:=|=|<|>",
    ),
    ("ROW", r"\\\\"),
    ("AMP", r"&"),
    ("COMMA", r",|\\qquad\b"),
    ("PRIME", r"'+"),
    ("NUMBER", r"\d+(?:\.\d+)?"),
    ("NAME", r"\\[a-zA-Z]+|[a-zA-Z]|\*"),
    ("SLASH", r"/"),
    ("PLUS", r"\+"),
    ("MINUS", r"-"),
    ("SUP", r"\^"),
    ("SUB", r"_"),
    ("OPEN", r"\("),
    ("CLOSE", r"\)"),
    ("LBRACE", r"\{"),
    ("RBRACE", r"\}"),
    ("LBRACKET", r"\["),
    ("RBRACKET", r"\]"),
)
MASTER = re.compile("|".join(f"(?P<k{n}>{pattern})" for n, (_, pattern) in enumerate(PATTERNS)))

OPERAND_ENDS = frozenset(
    {"NAME", "NUMBER", "CLOSE", "RBRACE", "ENDFENCE", "PRIME", "TRANSPOSE"}
)


def expand(tex: str, macros: Sequence[Macro]) -> str:
    """Write the book's macros out, as the page's mathematics does."""
    by_name = {macro.name: macro for macro in macros}
    command = re.compile(r"\\([a-zA-Z]+)")
    position = 0
    while match := command.search(tex, position):
        macro = by_name.get(match[1])
        if macro is None:
            position = match.end()
            continue
        arguments, end = [], match.end()
        for _ in range(macro.args):
            argument, end = _argument(tex, end)
            arguments.append(argument)
        text = re.sub(r"#(\d)", lambda hit: arguments[int(hit[1]) - 1], macro.tex)  # noqa: B023
        # letters after a command would join it
        gap = " " if text[-1:].isalpha() and tex[end : end + 1].isalpha() else ""
        tex, position = tex[: match.start()] + text + gap + tex[end:], match.start()
    return tex


def _argument(tex: str, start: int) -> tuple[str, int]:
    """Read the argument of a macro, in braces."""
    while tex[start : start + 1].isspace():
        start += 1
    if tex[start : start + 1] != "{":
        return tex[start : start + 1], start + 1
    depth = 0
    for place in range(start, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[place], 0)
        if depth == 0:
            return tex[start + 1 : place], place + 1
    raise Unreadable("a brace is not closed")


def pieces_of(tex: str, macros: Sequence[Macro], functions: Container[str]) -> list[Piece]:
    """Cut the TeX of an equation into tokens.

    Parameters
    ----------
    tex : str
        As the chapter has it.
    macros : sequence of Macro
        The book's.
    functions : container of str
        The names that are functions here, so that brackets after them hold their arguments.

    Returns
    -------
    list of Piece
        Without what only sets, such as spaces and the sizes of brackets.

    Raises
    ------
    Unreadable
        If there is something that no token begins with.
    """
    text = MIXED.sub(
        lambda hit: f"{int(hit[1]) + int(hit[2]) / int(hit[3])}", expand(tex.strip(), macros)
    )
    text = SHORT_FRACTION.sub(r"\\frac{\1}{\2}", text)
    text = re.sub(r"\s*[.,]\s*(\\end\{(?:aligned|gathered)\}\s*)?$", r"\1", text)
    return list(_typed(_raw(text), functions))


def _raw(text: str) -> Iterator[Piece]:
    position = 0
    while position < len(text):
        if space := SPACE.match(text, position):
            position = space.end()
            continue
        match = MASTER.match(text, position)
        if match is None:
            raise Unreadable(f"cannot read {text[position : position + 20]!r}")
        kind = PATTERNS[int(str(match.lastgroup)[1:])][0]
        text_of_piece = match[0]
        if ACCENTED.match(text_of_piece):  # \hat{x}, \hat x and \hat  x are one letter
            text_of_piece = " ".join(re.sub(r"[{}]|(?=\\)", " ", text_of_piece).split())
        yield Piece(kind, text_of_piece)
        position = match.end()


def _typed(raw: Iterator[Piece], functions: Container[str]) -> Iterator[Piece]:
    """Tell functions from other names, layers from powers, and the two bars of absolute values."""
    open_bars, in_cases = 0, False
    closers: list[str] = []
    before = ""
    for piece in raw:
        kind = piece.kind
        match kind:
            case "CASES" | "ENDCASES":
                in_cases = kind == "CASES"
            case "ROW" | "AMP" if not in_cases:
                continue
            case "NAME" if piece.text in functions:
                kind = "FUNC"
            case "NAME" if piece.text in (r"\max", r"\min"):
                kind = "EXTREME"
            case "NAME" if COMMAND.fullmatch(piece.text) and not LETTER.fullmatch(piece.text):
                raise Unreadable(f"{piece.text} is no letter")
            case "TEXT":
                word = piece.text[6:-1].strip(" ,.")
                kind = WORDS.get(word, "TEXT")
            case "BAR":
                kind = "ENDFENCE" if open_bars and before in OPERAND_ENDS else "FENCE"
            case "LAYER":
                closers += ["ENDLAYER", ""]
            case "LBRACE" | "OPEN":
                closers.append(kind)
            case "CLOSE" | "RBRACE":
                if not closers:
                    raise Unreadable("a bracket is closed that was not opened")
                expected = closers.pop()
                if expected == "":  # the bracket that ends a layer; its brace follows
                    before = "CLOSE"
                    continue
                if expected == "ENDLAYER":
                    kind = "ENDLAYER"
        text = piece.text
        if text.endswith("|") and kind != "AT":
            open_bars += 1 if kind == "FENCE" else -1
            text = "|"
        before = "RBRACE" if kind == "ENDLAYER" else kind
        yield Piece(kind, text)
