"""The leaderboard: models in the order of their scores, with places only where a test can tell them apart.

``choice`` reads the address, ``offer`` says what there is to choose, ``board`` puts the rows together, ``ties`` tests
them, ``sizes`` finds the best of each size, ``sheet`` writes the table down.
"""
