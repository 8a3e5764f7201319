"""Campaigns: journeys with an audience, and the policies that choose what to offer."""
