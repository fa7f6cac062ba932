"""How far a proof is."""

from collections.abc import Callable

__all__ = ["Listener", "Steps"]

# Steps done, steps in all as far as they are known, and what was last.
Listener = Callable[[int, int, str], None]


class Steps:
    """Counts steps; more come up as a proof goes on."""

    def __init__(self, listen: Listener | None) -> None:
        self._listen = listen
        self._done = 0
        self._total = 0

    def expect(self, steps: int) -> None:
        """So many more are ahead."""
        self._total += steps

    def begin(self, note: str) -> None:
        """Something has begun."""
        if self._listen:
            self._listen(self._done, self._total, note)

    def done(self, note: str) -> None:
        """A step is done."""
        self._done = min(self._done + 1, self._total)
        self.begin(note)
