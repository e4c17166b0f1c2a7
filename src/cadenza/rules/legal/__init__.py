"""Policy packs: what laws, mailbox providers and the organization itself ask for, as data.

A pack is YAML: checks, each a condition over facts with whom it applies to, where it comes from, since when, and how sure we are of it. Those that
ship are in `rules/packs/`; an organization writes its own in the same form. What is judged is the playbook, never the pack: a finding stands where
the playbook makes the condition false.
"""
