"""X: rules about several playbooks of one workspace, which may mean the same person, and share people and mailboxes."""
