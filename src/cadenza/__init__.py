"""cadenza compiles sales playbooks: it validates them, proves what they can never do, forecasts what they bring and plans who is touched when."""

__version__ = "0.1.0"
