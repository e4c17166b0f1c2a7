"""Proofs over the machine: what can be reached, how soon, and the shortest story that shows it.

The world is an adversary here: any event that a channel can produce may come at any time, once a touch has been made. So what holds, holds for
every prospect; and what does not hold has a path, which is told with dates by replaying it through the machine's own `step`.
"""
