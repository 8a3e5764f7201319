"""Lists of who was at a webinar, as the usual services export them, read as attendance."""
