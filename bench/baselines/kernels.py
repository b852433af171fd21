"""With which kernels the engine loads a model here, so that the others get the same."""

import llama_cpp

from engine.llama.model import AMX_MARK


def has_extra_buffers() -> bool:
    """Tell whether weights may be repacked: not where the AMX kernels that come with it end the process."""
    return AMX_MARK not in llama_cpp.llama_print_system_info()
