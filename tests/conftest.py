"""What the tests share: one assistant over the real knowledge base, built once."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from postgresql import Server
from signpost.bootstrap import start
from signpost.knowledge.load import Knowledge
from signpost.service import Assistant
from signpost.settings import OWN_KNOWLEDGE, from_environment
from signpost.storage import Store

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


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the database of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    server = Server()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3"
        return
    server: Server = request.getfixturevalue("postgresql")
    name = f"t{secrets.token_hex(6)}"
    yield server.make_database(name)
    server.drop_database(name)


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    """An open store over a new database, once of each kind."""
    store = await Store.open(address)
    yield store
    await store.close()
