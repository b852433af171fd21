"""Play the evening with a model, else with the demo model, and print what came of it."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.roleplay.config import PlaySettings
from bot.store.database import Database, migrate
from engine import Engine, EngineSettings, ModelError, convert, demo_model
from tests.evening.play import Result, evening, told


async def _measured(model: Path) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        await asyncio.to_thread(migrate, data)
        if model == demo_model():
            await asyncio.to_thread(convert, model, data / "model.gguf")
            model = data / "model.gguf"
        settings = EngineSettings(model=model, window=4096, parallel=4)
        async with Database.open(data) as database, Engine.open(settings) as engine:
            return await evening(database, engine, PlaySettings(reply_tokens=100))


def main(arguments: Sequence[str]) -> int:
    """Play the evening and print what came of it; 1 where a bound is missed."""
    model = Path(arguments[0]) if arguments else demo_model()
    if model is None:
        sys.stderr.write("There is no demo model here: name a GGUF file.\n")
        return 2
    try:
        result = asyncio.run(_measured(model))
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in told(result))
    kept = all(all(found) for found in result.untouched.values()) and result.decoded_per_candidate <= 2
    return 0 if kept and result.reread_ratio <= 0.02 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
