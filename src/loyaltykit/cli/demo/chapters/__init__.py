"""The chapters of the story, a file each: lines of the screen from what the store says."""
