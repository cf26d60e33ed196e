"""The operator's tools. Each is a module: `.venv/bin/python -m scripts.NAME --help`."""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

# The domain and the adapters lie where Lambda's layer has them.
if (_LAYER := str(ROOT / "layers/gacha/python")) not in sys.path:
    sys.path.insert(0, _LAYER)
