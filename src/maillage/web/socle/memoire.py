"""What was computed once, kept while there is room: addresses are countless, memory is not."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Any


class Compteurs:
    """How many times something was done in one window of time, in this process alone.

    >>> counts = Compteurs()
    >>> [counts.count("a", 1), counts.count("a", 1), counts.count("b", 1), counts.count("a", 2)]
    [1, 2, 1, 1]
    """

    def __init__(self) -> None:
        self._window, self._counts = -1, Counter[str]()
        self._lock = threading.Lock()

    def count(self, key: str, window: int) -> int:
        """Count once more; the count in this window. A new window forgets the former."""
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, Counter()
            self._counts[key] += 1
            return self._counts[key]


class Memoire:
    """Results by key; beyond ``maximum``, the one asked longest ago is forgotten.

    >>> kept = Memoire(2)
    >>> [kept.get(key, lambda: print("calcul") or key) for key in "aba"]
    calcul
    calcul
    ['a', 'b', 'a']
    >>> kept.get("c", lambda: 3), kept.get("b", lambda: "oublié"), len(kept)
    (3, 'oublié', 2)
    """

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """What ``compute`` gives; two threads may compute it at once, and agree."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        value = compute()
        with self._lock:
            self._held[key] = value
            while len(self._held) > self.maximum:
                self._held.popitem(last=False)
        return value
