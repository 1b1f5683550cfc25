"""Servers that hand out hash lists, each behind the same question: what has changed since?"""
