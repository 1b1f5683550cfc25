"""Everybody at once: annotators at their desks, givers who send real photos, and phones that send slowly."""
