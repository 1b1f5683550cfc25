"""Annotators at work, made by machine: how quickly a server hands out photos and takes answers, and for how much.

The loop (`loop`) and what is told of it (`figures`) know no server; each is one `Adapter` (`ours`, `label_studio`).
"""
