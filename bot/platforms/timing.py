"""Waiting with an end. It knows nothing else."""

import asyncio


async def passes(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, for so long; tell whether it came."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
