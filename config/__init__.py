"""Settings and the catalogues that ship with the product."""

from pathlib import Path

CATALOGS = Path(__file__).parent / "catalogs"
