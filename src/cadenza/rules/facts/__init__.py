"""Facts: what the compiler proves of a playbook, by name, for policies to compare.

A fact is a function of the subject, with a name, a type, a unit and a description; it is computed when somebody asks for it, and once. Each
value knows why it is so: a story that shows it (`Witness`), or the line that says it (`Span`). One file holds a group of them; files are found,
never listed.

What has no limit (a loop that goes on for ever, a gap to a second call that never comes) is larger than every number: `NO_LIMIT` touches,
`FOREVER` seconds. Least times are rounded towards zero and greatest ones upwards, so a fact that cannot be exact errs on the side of the
recipient; it then says `exact: False`.
"""
