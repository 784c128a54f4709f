"""Puts the index of a knowledge base into the cache, as a process of its own: `python -m signpost.ahead FOLDER CACHE`.

Building takes most of a minute of Python and matrices; in the server's process it would hold up answers.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .bootstrap import open_knowledge
from .match.encoder import find_encoder
from .match.index import build

if __name__ == "__main__":
    build(open_knowledge(Path(sys.argv[1])), find_encoder(), Path(sys.argv[2]))
