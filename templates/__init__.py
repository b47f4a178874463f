"""Every word people read: letters, mails and reports. An office's own files in `home/templates` stand in front."""

from pathlib import Path

FOLDER = Path(__file__).parent
