"""Rebuilding received files into pictures, away from every key: a worker asks a zygote, which forks a confined child.

Nothing here but `client` imports Django: the zygote and its children start with an empty environment and no settings.
"""
