"""Making what a reader opens: the site, the PDF and the notebooks; and what is stale of them."""
