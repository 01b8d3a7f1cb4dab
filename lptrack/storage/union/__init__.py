"""Two databases become one, nothing doubled, and the same one whichever is merged into the other."""
