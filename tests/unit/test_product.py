"""The products in blocks are the plain products."""

from __future__ import annotations

import numpy as np
import pytest

from signpost.match.product import FEW, across, along


@pytest.mark.parametrize("few", range(1, FEW + 3))
@pytest.mark.parametrize("many", [1, 64, 200])
def test_blocks_bring_what_the_whole_brings(few: int, many: int) -> None:
    random = np.random.default_rng(few * many)
    message, examples = (random.standard_normal((n, 24)).astype(np.float32) for n in (few, many))
    likeness, weights = (random.standard_normal(shape).astype(np.float32) for shape in ((few, many), (many, 7)))
    assert np.allclose(across(message, examples), message @ examples.T, atol=1e-5)
    assert np.allclose(along(likeness, weights), likeness @ weights, atol=1e-4)
