"""The words between a worker and its zygote, each one byte."""

# What a child is for.
REBUILD, FRAME, LOOK = b"R", b"F", b"L"

# How a child ended.
ENDED_WELL, ENDED_BY_LIMIT, ENDED_BADLY = b"0", b"1", b"2"
