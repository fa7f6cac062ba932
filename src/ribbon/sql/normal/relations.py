"""What stands for relations while SQL is written: they have other names in a model than in a database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["Relations"]


@dataclass(frozen=True)
class Relations:
    """Relations by their keys, each with a word that stands for it and its columns, where they are known."""

    _known: dict[str, tuple[str, dict[str, str | None] | None]] = field(default_factory=dict)

    def word(self, label: str, columns: tuple[str, ...] | None) -> str:
        """What stands for a relation."""
        told = None if columns is None else dict[str, str | None].fromkeys(columns)
        return self._known.setdefault(label, (f"relation_{len(self._known)}__", told))[0]

    def labels(self) -> Mapping[str, str]:
        """The relation of each word."""
        return {word: label for label, (word, _) in self._known.items()}

    def tables(self) -> Iterator[tuple[str, tuple[str], dict[str, str | None] | None]]:
        """Key, path and columns of each."""
        for label, (word, columns) in self._known.items():
            yield label, (word,), columns
