"""A slow, plain second reading of the measures' definitions, to hold the fast one against.

It is written from the definitions alone (metrics.md, feed.md), shares no code with the service,
and prefers the most literal loop to any shortcut.
"""
