"""Conditions over facts, in the Common Expression Language (CEL): `facts.touches_max_in["7d"] <= 4`.

What is written is read and typed here, so that a slip has a place: an unknown fact, text compared with a number, a bracket too many. Most
conditions compare a fact with a number, and are decided here as well; whatever goes beyond that (quantifiers, arithmetic, functions of text) is
handed to a CEL library. Conditions come in pull requests: how long, how deep and how often nested they may be is limited before anything runs.
"""
