"""Where the project is, for the tests of the project as a whole."""

from pathlib import Path

HOME = Path(__file__).parents[2]
