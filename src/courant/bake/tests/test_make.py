"""One target made in memory."""

from typing import Any, cast

from courant.bake.make import Wanted, make
from courant.front.assets import asset_url
from courant.lib.compression import squeezed, unpacked


def test_what_every_first_visit_loads_is_packed_small_before_it_is_put() -> None:
    press = cast("Any", None)  # styles and scripts are made of nothing of the paper
    result = make(press, Wanted("asset", asset_url("player.js").lstrip("/")))
    assert result.made is not None
    assert result.variants[".br"] == squeezed(result.made.data)
    assert unpacked(".br", result.variants[".br"]) == result.made.data
