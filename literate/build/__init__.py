"""Making what a reader opens: the site, the PDF and the notebooks; and what is stale of them."""

import sys

# nbformat and Jupyter Book check what they read with jsonschema, which tries a parser of web
# addresses that takes 1.5 s to import; None in its place says that it is not there.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
