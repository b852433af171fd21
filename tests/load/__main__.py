"""Play on both platforms at once with a model. Each figure is a line of JSON, and so is each step that is done."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine import EngineSettings, demo_model
from tests.load.run import Load, measured

WINDOW_TOKENS = 2048
PARALLEL = 4


def _say(*what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def _measured(settings: EngineSettings, load: Load) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async for key, value in measured(settings, load, Path(folder), _say):
            _say(key, value)


def main(arguments: Sequence[str]) -> None:
    """Play with what is given as JSON: settings of the engine, and the load."""
    given: dict[str, Any] = json.loads(arguments[0]) if arguments else {}
    usual: dict[str, Any] = {"model": demo_model(), "window": WINDOW_TOKENS, "parallel": PARALLEL}
    settings = EngineSettings(**usual | given.get("engine", {}))
    asyncio.run(_measured(settings, Load(**given.get("load", {}))))


if __name__ == "__main__":
    main(sys.argv[1:])
