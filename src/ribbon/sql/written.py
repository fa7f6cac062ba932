"""Where the CTEs and sub-queries of a model stand in its file, Jinja and comments included."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import Dialect, Token, TokenType
from sqlglot.errors import SqlglotError

__all__ = ["WrittenQuery", "WrittenSql", "read_written"]

EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
SETTING = re.compile(r"\{\{-?\s*config\(.*?\}\}", re.DOTALL)  # renders to nothing
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
QUERY = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.FROM})


@dataclass(frozen=True, slots=True)
class WrittenQuery:
    """A CTE, or a query in brackets with an alias. name: in lower case.

    start: where it begins, with the comments before it. body: what is between its brackets. end: after the closing
    bracket. All in characters from the start of the text.
    """

    name: str
    start: int
    body: tuple[int, int]
    end: int


@dataclass(frozen=True)
class WrittenSql:
    """The text of a model. ctes: in order. derived: sub-queries with an alias.

    words: each token with its place. decided: the parts inside `{% … %}`, where Jinja decides what the database gets.
    """

    text: str
    ctes: tuple[WrittenQuery, ...]
    derived: tuple[WrittenQuery, ...]
    words: tuple[tuple[int, str], ...]
    decided: tuple[tuple[int, int], ...]

    def query(self, name: str) -> WrittenQuery | None:
        """The only query of this name; None where there is none, or more than one."""
        found = [query for query in (*self.ctes, *self.derived) if query.name == name]
        return found[0] if len(found) == 1 else None

    def named_in(self, *parts: tuple[int, int]) -> frozenset[str]:
        """The CTEs that are named in parts of the text."""
        known = {cte.name for cte in self.ctes}
        return frozenset(
            word for place, word in self.words if word in known and any(start <= place < end for start, end in parts)
        )

    def needed_by(self, names: Iterable[str]) -> tuple[WrittenQuery, ...]:
        """These CTEs and all that they read, in the order of the text."""
        wanted = set(names)
        for cte in reversed(self.ctes):
            if cte.name in wanted:
                wanted |= self.named_in(cte.body)
        return tuple(cte for cte in self.ctes if cte.name in wanted)

    def is_decided(self, part: tuple[int, int]) -> bool:
        """Whether a part of the text overlaps a `{% … %}`."""
        return any(first < part[1] and part[0] < last for first, last in self.decided)


def read_written(text: str, dialect: str) -> WrittenSql | None:
    """The queries in a model's text; None where it cannot be tokenized."""
    decided = tuple(match.span() for match in STATEMENT.finditer(COMMENT.sub(_blank, text)))
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(_masked(text))
    except SqlglotError:
        return None
    closing = _closing(tokens)
    ctes = _ctes(tokens, closing)
    starts = {cte.body[0] for cte in ctes}
    derived = tuple(query for query in _derived(tokens, closing) if query.body[0] not in starts)
    return WrittenSql(text, ctes, derived, tuple((token.start, token.text.lower()) for token in tokens), decided)


def _masked(text: str) -> str:
    """The text with a name of the same length for each `{{ … }}`, and spaces for comments, statements, `config()`."""
    for silent in (COMMENT, STATEMENT, SETTING):
        text = silent.sub(_blank, text)
    return EXPRESSION.sub(lambda match: "j".ljust(len(match[0]), "_"), text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _closing(tokens: Sequence[Token]) -> dict[int, int]:
    """The place of the closing bracket for that of each opening one."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.token_type is TokenType.L_PAREN:
            opened.append(place)
        elif token.token_type is TokenType.R_PAREN and opened:
            found[opened.pop()] = place
    return found


def _ctes(tokens: Sequence[Token], closing: dict[int, int]) -> tuple[WrittenQuery, ...]:
    """`with name as (…), name as (…)`, as far as it is written like that."""
    found: list[WrittenQuery] = []
    place, start = 1, tokens[0].end + 1 if tokens else 0
    while tokens and tokens[0].token_type is TokenType.WITH and place + 2 in closing:
        last = closing[place + 2]
        found.append(_query(tokens, place, start, place + 2, last))
        if last + 1 >= len(tokens) or tokens[last + 1].token_type is not TokenType.COMMA:
            break
        place, start = last + 2, tokens[last + 1].end + 1
    return tuple(found)


def _derived(tokens: Sequence[Token], closing: dict[int, int]) -> Iterator[WrittenQuery]:
    for opening, last in closing.items():
        alias = last + 1
        if alias < len(tokens) and tokens[alias].token_type is TokenType.ALIAS:
            alias += 1
        named = alias < len(tokens) and tokens[alias].token_type is TokenType.VAR
        if named and opening + 1 < last and tokens[opening + 1].token_type in QUERY:
            yield _query(tokens, alias, tokens[opening].start, opening, last)


def _query(tokens: Sequence[Token], name: int, start: int, opening: int, last: int) -> WrittenQuery:
    body = (tokens[opening].end + 1, tokens[last].start)
    return WrittenQuery(tokens[name].text.lower(), start, body, tokens[last].end + 1)
