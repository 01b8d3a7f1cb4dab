"""Bug trackers. `TRACKERS` is the registry: one line each, in the order reports list them."""
