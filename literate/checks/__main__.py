"""The process that runs check cells: ``python -m literate.checks REQUEST ANSWER``."""

import sys
from pathlib import Path

from literate.checks.processes import serve

serve(*map(Path, sys.argv[1:]))
