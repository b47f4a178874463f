"""Charts drawn by vl-convert: no browser, no network."""

from typing import Any


def draw(spec: dict[str, Any], scale: float = 2.0) -> bytes:
    """Return the PNG of a Vega-Lite specification. Data comes inside it; links to data are refused by the library."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(spec, scale=scale, allowed_base_urls=[])
    return png
