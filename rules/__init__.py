"""One page a mistake, and beside it, where tables cannot answer, the question as code."""
