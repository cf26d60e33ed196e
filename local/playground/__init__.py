"""A Discord to play in: a browser page on which people press what players, an owner and a stranger
would press, against the running local cloud.

Discord itself is SimCord's (PyPI `simcord`, docs/decisions/0040-playground.md). It has an
environment of its own and runs as a process of its own (`simulation`), which knows nothing of us
but an address to hand interactions to. What is ours stands on the other side: the people (`cast`),
the relay that signs (`relay`), and the start page (`page`).
"""
