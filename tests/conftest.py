"""What the tests share: one assistant over the real knowledge base, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.bootstrap import start
from signpost.knowledge.load import Knowledge
from signpost.service import Assistant
from signpost.settings import OWN_KNOWLEDGE, from_environment

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run the promises at full size")


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    return start(OWN_KNOWLEDGE, from_environment().cache)


@pytest.fixture(scope="session")
def known(assistant: Assistant) -> Knowledge:
    return assistant.knowledge


@pytest.fixture(scope="session")
def full_size(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full-size"))
