"""Fits the text model that ships with the product: `python -m deployments.text_model`, after editing its texts.

It is shipped fitted, for three reasons: a newcomer's first mail waits for nothing, judging never needs scikit-learn,
and every office starts from the same model. An office's own edits and corrections go into its own model every week
(`mipg run learn`), which stands before this one.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import config
from config.settings import load
from tasks.bootstrap import Office


def main() -> None:
    """Write `config/catalogs/text-model.npz` from the shipped vocabulary and examples."""
    with TemporaryDirectory() as home:  # an empty home: nothing of any office's own
        office = Office(load(None, Path(home), {}))
        model = office.trainer.fit(office.examples(), office.catalog)
        office.models.keep(model)
        fitted = next(office.settings.models_path.glob("*.npz"))
        config.TEXT_MODEL.write_bytes(fitted.read_bytes())
    sys.stdout.write(f"{config.TEXT_MODEL}: {model.version}, {len(model.columns)} features\n")


if __name__ == "__main__":
    main()
