"""The smaller generator of an encoder and a decoder that were trained apart."""

from __future__ import annotations

from dataclasses import replace

from ..networks.generator import Generator
from .decoder_training import LEARNT as OF_THE_DECODER
from .encoder_training import LEARNT as OF_THE_ENCODER


def assembled(teacher: Generator, encoder: Generator | None, decoder: Generator | None) -> Generator:
    """A generator with the encoder of one and the decoder of another; the teacher's where one is missing.

    Chord plan and styles are the teacher's, which all of them have.
    """
    encoder, decoder = encoder or teacher, decoder or teacher
    size = replace(
        decoder.size, hidden=encoder.size.hidden, encoder=encoder.size.encoder, guide=encoder.size.guide,
        decoder_hidden=decoder.size.in_decoder, voicing=decoder.size.in_voicing,
    )  # fmt: skip
    state = {n: x for n, x in teacher.state_dict().items() if not n.startswith(("encoder.", "guide.", "decoder."))}
    for source, learnt in ((encoder, OF_THE_ENCODER), (decoder, OF_THE_DECODER)):
        state |= {n: x for n, x in source.state_dict().items() if n.startswith(learnt)}
    found = Generator(size, len(teacher.styles.weight))
    found.load_state_dict(state)
    return found.eval()
