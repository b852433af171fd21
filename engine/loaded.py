"""A model that is loaded: its memory, the tiers below, and what is done with them. It serves nobody by itself."""

from dataclasses import replace

from engine.cache import Cache
from engine.config import EngineSettings
from engine.figures import Occupancy, Totals
from engine.healing import Healing
from engine.idle import Idle
from engine.jobs import Jobs
from engine.llama.memory import Memory
from engine.llama.model import Model
from engine.llama.probe import probe
from engine.messages import ModelInfo
from engine.plan import Capability
from engine.threads import physical_cores
from engine.tiers import Disk, Ram

ON_A_PROCESSOR, ON_A_CARD = 4, 16
"""How many replies run at once by default. Measured on two cores, stories of 800 tokens: 1, 4, 8 and 16 write 124, 133,
175 and 169 tokens a second together, so each of 16 would crawl."""

SEQUENCES_PER_SLOT = 4
"""For a fork, its channel, and two more channels that stay resident for a while."""

LEAST_WINDOWS, MOST_WINDOWS = 2, 4
"""For how many full windows there are cells: for those who run at once, who seldom all fill theirs. One alone is given
two, so that it can be read anew beside itself."""


class Loaded:
    """All that the worker owns. Raises ModelError where the model cannot be loaded."""

    def __init__(self, settings: EngineSettings) -> None:
        assert settings.model is not None
        self._settings = settings
        self.model = Model(settings.model, gpu_layers=settings.gpu_layers)
        self.window = min(settings.window, self.model.trained_window or settings.window)
        self.is_offloaded = settings.gpu_layers != 0 and self.model.can_use_gpu
        self.parallel = settings.parallel or (ON_A_CARD if self.is_offloaded else ON_A_PROCESSOR)
        self.memory = Memory(
            self.model,
            settings,
            cells=self.window * min(max(self.parallel, LEAST_WINDOWS), MOST_WINDOWS),
            sequences=SEQUENCES_PER_SLOT * self.parallel,
            threads=settings.threads or physical_cores(),
        )
        self.ram = Ram(settings.ram_megabytes * 1_000_000)
        self.disk = Disk(
            settings.cache,
            quota=settings.disk_megabytes * 1_000_000,
            setting=f"{self.model.fingerprint} {self.memory.layout}",
        )
        self.totals = Totals()
        self._open(probe(self.memory))

    def _open(self, capability: Capability) -> None:
        self.cache = Cache(self.memory, self.ram, self.disk, capability, gathers=not self.is_offloaded)
        self.healing = Healing(self.cache, setting=self._settings.heal)
        self.jobs = Jobs(self.model, self.cache, self._settings, window=self.window)
        self.idle = Idle(self.jobs.committing, self.healing)

    def start_over(self) -> None:
        """Forget what the memory holds."""
        self.memory.clear()
        self._open(self.cache.capability)

    def close(self) -> None:
        self.disk.close()
        self.memory.close()
        self.model.close()

    @property
    def occupancy(self) -> Occupancy:
        return Occupancy(
            held=self.cache.held(),
            cells=self.cache.cells,
            cells_used=self.cache.cells_used,
            ram_bytes=self.ram.bytes,
            disk_bytes=self.disk.bytes,
            totals=replace(self.totals, healed=self.healing.tokens, committed=self.jobs.committing.tokens),
        )

    @property
    def info(self) -> ModelInfo:
        return ModelInfo(
            name=self.model.path.stem,
            chat_template=self.model.chat_template,
            bos=self.model.bos,
            eos=self.model.eos,
            adds_bos=self.model.adds_bos,
            capability=self.cache.capability,
            window=self.window,
            parallel=self.parallel,
            cells=self.memory.cells,
        )
