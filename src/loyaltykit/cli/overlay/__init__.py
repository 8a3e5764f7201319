"""The overlay of a live stream: a page for OBS and the feed behind it, served by one process without threads."""
