"""Names a theme by the words that tell its texts from all others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ..english import common_english
from ..match.features import tokens

MOST = 4
"""Words of a name."""
COMMON = 400
"""The commonest English words say nothing of a matter."""


def name_of(texts: Sequence[str], among: Sequence[str]) -> str:
    """Up to `MOST` words, most telling first: in many of `texts`, and in few of `among`, which holds them too."""
    rank = common_english()
    mine = Counter(w for t in texts for w in set(tokens(t)) if len(w) > 2 and rank.get(w, COMMON) >= COMMON)
    all_of_them = Counter(w for t in among for w in set(tokens(t)))
    share = {w: (n / len(texts)) * math.log((1 + len(among)) / (1 + all_of_them[w] - n)) for w, n in mine.items()}
    best = sorted(share, key=lambda w: (-share[w], w))[:MOST]
    return " ".join(best)
