"""What results look like on a screen."""
