"""The precision in which a processor trains."""

import torch

from continuo_training.base import precision


def test_a_product_is_made_in_bfloat16_only_where_that_is_faster(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    for faster, expected in ((True, torch.bfloat16), (False, torch.float32)):
        monkeypatch.setattr(precision, "bfloat16_is_faster", lambda found=faster: found)
        with precision.on_processor():
            assert torch.mm(torch.ones(2, 2), torch.ones(2, 2)).dtype == expected


def test_the_faster_precision_is_measured_once() -> None:
    found = precision.bfloat16_is_faster()
    assert precision.bfloat16_is_faster() is found
    assert precision.bfloat16_is_faster.cache_info().misses == 1
