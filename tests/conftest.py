"""What every test gets: an event loop that nothing of ours may block."""

import os
from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

# Workers inherit it: with one thread for each core they take longer to start, and nothing they compute is that large.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

pytest_plugins = ["tests.tiny_gguf"]

settings.register_profile("quick", max_examples=100, derandomize=True, deadline=None, print_blob=True)
settings.register_profile("thorough", max_examples=5000, derandomize=False, deadline=None, print_blob=True)
settings.load_profile("quick")

OURS = ("bot", "engine", "characters")


@pytest.fixture(autouse=True, scope="session")
def event_loop_is_free() -> Iterator[BlockBuster]:
    """Raise BlockingError where our code, or what it calls, waits for a file, a lock or a socket inside an event loop.

    The test itself may: only stacks that go through our packages count.
    """
    with blockbuster_ctx(OURS) as watch:
        yield watch
