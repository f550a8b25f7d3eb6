"""Samples of which some fields were changed after recording, so that they show what loopback cannot."""
