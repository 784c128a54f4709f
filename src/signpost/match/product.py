"""A message's few rows times a matrix as long as the examples.

OpenBLAS copies the whole matrix into an order of its own first, unless the product is SMALL; a message and its parts
are too few rows to pay for that. In blocks of examples it takes half the time, and rows in fours less again.
"""

from __future__ import annotations

import numpy as np

from .features import Floats

SMALL = 1_000_000
"""Multiplications."""
FEW, BLOCK, FOURS = 8, 64, 4


def across(few: Floats, many: Floats) -> Floats:
    """`few @ many.T`, for few of the width of many: rows of `few` x rows of `many`."""
    if not _in_blocks(few, many):
        return np.asarray((many @ few.T).T)
    blocks, rest = _blocks(many)
    whole = (_padded(few) @ blocks.transpose(0, 2, 1))[:, : len(few)].transpose(1, 0, 2).reshape(len(few), -1)
    return np.concatenate([whole, few @ rest.T], axis=1)


def along(few: Floats, many: Floats) -> Floats:
    """`few @ many`, for few as wide as many is long: rows of `few` x columns of `many`."""
    if not _in_blocks(few, many):
        return np.asarray(few @ many)
    blocks, rest = _blocks(many)
    end = len(many) - len(rest)
    cut = _padded(few)[:, :end].reshape(-1, len(blocks), BLOCK).transpose(1, 0, 2)
    return np.asarray((cut @ blocks).sum(0)[: len(few)] + few[:, end:] @ rest)


def _in_blocks(few: Floats, many: Floats) -> bool:
    return 1 < len(few) <= FEW and len(many) >= BLOCK


def _blocks(many: Floats) -> tuple[Floats, Floats]:
    """The blocks, and the rows that are left."""
    end = len(many) - len(many) % BLOCK
    return many[:end].reshape(-1, BLOCK, many.shape[1]), many[end:]


def _padded(few: Floats) -> Floats:
    return np.pad(few, ((0, -len(few) % FOURS), (0, 0)))
