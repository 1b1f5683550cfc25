"""Classifiers: what scores a photo. Each may raise it to a person, and none clears one."""
