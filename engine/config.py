"""The engine's own settings."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from engine.errors import InvalidSetting

RANGES = {
    "window": (128, 10_000_000),
    "parallel": (0, 64),
    "queue": (1, 100_000),
    "threads": (0, 1024),
    "gpu_layers": (-1, 10_000),
    "batch": (64, 65_536),
    "ram_megabytes": (0, 10_000_000),
    "disk_megabytes": (0, 100_000_000),
}


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What may be set about the model and the machine it runs on.

    `window` is in tokens, for each story; `parallel` is how many replies run at once, 0 meaning 4 on a
    processor and 16 on a graphics card; `queue` is how many may wait.
    `exact` reads again what a trim would shift; `heal` does so where it was shifted, while nobody asks for anything,
    and is off by itself where there is a battery. `commit` reads replies into their channels as soon as it is quiet,
    also on a battery: the next prompt would have to do it otherwise.
    Idle caches wait in RAM up to `ram_megabytes`, and on disk, in the folder `cache`, up to `disk_megabytes`; `log` is
    the file that takes what llama.cpp prints when it ends the process.
    `convert` makes a copy of the model in the type that a processor reads fastest, once, in the same folder.
    `threads` 0 means one for each physical core that this process may use. `gpu_layers` -1 means all of them.

    Raises InvalidSetting where a number is outside its range.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    model: Path | None = None
    convert: bool = False
    window: int = 4096
    parallel: int = 0
    queue: int = 64
    threads: int = 0
    gpu_layers: int = -1
    batch: int = 256
    flash_attention: bool = False
    cache_type: Literal["f16", "q8_0"] = "f16"
    exact: bool = False
    heal: Literal["auto", "on", "off"] = "auto"
    commit: Literal["on", "off"] = "on"
    ram_megabytes: int = 1024
    disk_megabytes: int = 4096
    cache: Path | None = None
    log: Path | None = None

    def __post_init__(self) -> None:
        for name, (least, most) in RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise InvalidSetting(name, least, most)
