"""Running what the book asserts: checks, wrong formulas, answers, and mutants of the package."""
