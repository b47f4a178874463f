"""Pictures of signatures on disk: PNG files within bounds, read anew each time, so that a repaired one serves."""

import struct
from collections.abc import Mapping
from pathlib import Path

from tasks.ports.errors import TemplateProblem
from tasks.ports.letters import Picture

_MAX_OCTETS = 2**20
_MIN_WIDTH, _MAX_WIDTH = 300, 4000  # points: below it prints blurred, above it only weighs
_PNG = b"\x89PNG\r\n\x1a\n"
_WIDTH, _HEIGHT = 55, 22  # millimetres that a signature may take on the page


class SignatureFiles:
    """Implements `Signatures`."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = {address.casefold(): path for address, path in files.items()}

    def of(self, address: str) -> Picture | None:
        path = self._files.get(address.casefold())
        if path is None:
            return None
        try:
            return _picture(path)
        except (OSError, ValueError) as error:
            raise TemplateProblem(f"firma de {address} ({path.name}): {error}") from error

    def check(self) -> list[str]:
        return [problem for address in self._files if (problem := self._problem(address))]

    def _problem(self, address: str) -> str:
        try:
            self.of(address)
        except TemplateProblem as problem:
            return str(problem)
        return ""


def _picture(path: Path) -> Picture:
    if not path.is_file():
        raise ValueError("no existe; escriba la ruta del archivo en letters.signatures")
    if path.stat().st_size > _MAX_OCTETS:
        raise ValueError("pesa más de 1 MB; guárdela con menos puntos")
    content = path.read_bytes()
    width, height = _size(content)
    if not (_MIN_WIDTH <= width <= _MAX_WIDTH and height > 0):
        raise ValueError(f"tiene {width} × {height} puntos; se admiten de {_MIN_WIDTH} a {_MAX_WIDTH} de ancho")
    return Picture(content, max(1, min(_WIDTH, _HEIGHT * width // height)))


def _size(content: bytes) -> tuple[int, int]:
    """Return a PNG's width and height in points: its first chunk says them (ISO/IEC 15948, 11.2.2)."""
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or b"IEND" not in content[-12:]:
        raise ValueError("no es una imagen PNG completa; guárdela en ese formato")
    return struct.unpack(">II", content[16:24])
