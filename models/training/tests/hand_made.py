"""Songs made by hand, for measures whose right value is known by counting."""

from continuo_training.evaluation.songs.music import BAR, Music, silence


def song(bars: int) -> Music:
    """Nothing but silence."""
    return silence(BAR * bars)


def play(music: Music, track: int, pitch: int, start: int, length: int) -> None:
    """A note: steps of its start and of its length."""
    music.onset[track, start, pitch] = True
    music.roll[track, start : start + length, pitch] = True


def chord(music: Music, track: int, pitches: tuple[int, ...], start: int, length: int) -> None:
    """Notes that start and end together."""
    for pitch in pitches:
        play(music, track, pitch, start, length)
