"""What a trim leaves of a scene. Pure."""

from dataclasses import replace

from bot.core import Scene


def since(scene: Scene, turn: int | None) -> Scene:
    """Return a scene as it is read once a trim has let go of what stands before a turn (its id) and is not pinned.

    It stays as it is where that turn is not on its path. Of the summaries the newest stays, as the store has it.
    """
    path = [one.id for one in scene.turns]
    if turn not in path:
        return scene
    start = path.index(turn)
    return replace(
        scene,
        turns=scene.turns[start:],
        window_from=turn,
        pinned=(*scene.pinned, *(one for one in scene.turns[:start] if one.pinned)),
        former=tuple(one for one in scene.former if one.turn in path[start:]),
    )
