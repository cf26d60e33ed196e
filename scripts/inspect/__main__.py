"""`python -m scripts.inspect`: see scripts/interaction.py.

A folder without `__init__.py`, and not a module: `python scripts/any.py` puts scripts/ first on the
path, where a module of this name would take the place of the standard library's.
"""

import sys

from scripts.interaction import main
from scripts.stack import ending

sys.exit(ending(main))
