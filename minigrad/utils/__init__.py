"""Tools beside the nets: recomputing instead of keeping."""
