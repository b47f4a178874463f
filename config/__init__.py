"""Settings and the catalogues that ship with the product."""

from pathlib import Path

CATALOGS = Path(__file__).parent / "catalogs"
TEXT_MODEL = CATALOGS / "text-model.npz"  # fitted on the shipped texts: nobody waits, and staff's own goes before it
