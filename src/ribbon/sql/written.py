"""Where the queries of a WITH stand in SQL as it is written, Jinja and comments included."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import Dialect, Token, TokenType
from sqlglot.errors import SqlglotError

__all__ = ["WrittenCte", "WrittenQuery", "read_written"]

EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
SETTING = re.compile(r"\{\{-?\s*config\(.*?\}\}", re.DOTALL)  # leaves nothing behind
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WrittenCte:
    """A query of the WITH at the top. name: lower case.

    start: where it begins, comments before it included. body: from after its opening bracket to its closing one. end:
    after that. All in characters from the start of the text.
    """

    name: str
    start: int
    body: tuple[int, int]
    end: int


@dataclass(frozen=True)
class WrittenQuery:
    """A text that is one query. head: what stands before the WITH. ctes: in order. final: where the last query begins.

    names: the words of the text by place, for whoever asks which CTEs a part names. statements: whether Jinja decides
    what is there, so that the text is not what the database gets.
    """

    text: str
    ctes: tuple[WrittenCte, ...]
    begins: int
    final: int
    words: tuple[tuple[int, str], ...]
    statements: tuple[tuple[int, int], ...]

    def cte(self, name: str) -> WrittenCte | None:
        """The CTE of this name."""
        return next((cte for cte in self.ctes if cte.name == name.lower()), None)

    def named_in(self, start: int, end: int) -> frozenset[str]:
        """The CTEs that a part of the text names."""
        known = {cte.name for cte in self.ctes}
        return frozenset(word for place, word in self.words if start <= place < end and word in known)

    def needed_by(self, names: Sequence[str]) -> tuple[WrittenCte, ...]:
        """These CTEs and all that they are made from, in the order of the text."""
        wanted = {name.lower() for name in names}
        for cte in reversed(self.ctes):
            if cte.name in wanted:
                wanted |= self.named_in(*cte.body)
        return tuple(cte for cte in self.ctes if cte.name in wanted)

    def decided(self, start: int, end: int) -> bool:
        """Whether Jinja decides what is in a part of the text."""
        return any(first < end and start < last for first, last in self.statements)


def read_written(text: str, dialect: str) -> WrittenQuery | None:
    """The queries of a text; None where it is not one query with CTEs in front, or cannot be told apart."""
    statements = tuple(match.span() for match in STATEMENT.finditer(COMMENT.sub(_blank, text)))
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(_masked(text))
    except SqlglotError:
        return None
    if not tokens or tokens[0].token_type is not TokenType.WITH or _recursive(tokens):
        return None
    ctes, rest = _ctes(tokens)
    if not ctes or rest >= len(tokens):
        return None
    starts = [tokens[0].end + 1, *(tokens[after].end + 1 for _, _, after in ctes[:-1])]
    told = tuple(
        WrittenCte(tokens[name].text.lower(), start, _body(tokens, opening, after), tokens[after - 1].end + 1)
        for (name, opening, after), start in zip(ctes, starts, strict=True)
    )
    words = tuple((token.start, token.text.lower()) for token in tokens)
    return WrittenQuery(text, told, tokens[0].start, tokens[rest].start, words, statements)


def _masked(text: str) -> str:
    """The text with a name of the same length for each `{{ … }}`, and nothing for what leaves nothing behind."""
    bare = text
    for silent in (COMMENT, STATEMENT, SETTING):
        bare = silent.sub(_blank, bare)
    return EXPRESSION.sub(lambda match: "j".ljust(len(match[0]), "_"), bare)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _recursive(tokens: Sequence[Token]) -> bool:
    return len(tokens) > 1 and tokens[1].token_type is TokenType.RECURSIVE


def _ctes(tokens: Sequence[Token]) -> tuple[list[tuple[int, int, int]], int]:
    """The places of each name, its opening bracket and what follows the closing one; and where the rest begins."""
    found: list[tuple[int, int, int]] = []
    place = 1
    for name, opening, after in _heads(tokens, place):
        found.append((name, opening, after))
        place = after
        if after >= len(tokens) or tokens[after].token_type is not TokenType.COMMA:
            return found, after
    return [], place


def _heads(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, int, int]]:
    while place < len(tokens):
        opening = place + 2
        if opening >= len(tokens) or tokens[place + 1].token_type is not TokenType.ALIAS:
            return
        if tokens[opening].token_type is not TokenType.L_PAREN:
            return
        after = _closing(tokens, opening) + 1
        yield place, opening, after
        place = after + 1


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(tokens)):
        kind = tokens[place].token_type
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        if depth == 0:
            return place
    return len(tokens) - 1


def _body(tokens: Sequence[Token], opening: int, after: int) -> tuple[int, int]:
    return tokens[opening].end + 1, tokens[after - 1].start
