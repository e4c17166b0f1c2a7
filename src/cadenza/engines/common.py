"""What every engine holds to, whatever it is written in: kinds of happenings, their order, and limits."""

from __future__ import annotations

from ..world.program import EMAIL, MEMORY, Program

__all__ = ["MEMORY", "made_by", "spread"]

HAPPENINGS: tuple[str, ...] = ("timer", "clock", "signal", "answer", "told", "read", "written", "meet", "won", "enrol", "resume")
TIMER, CLOCK, SIGNAL, ANSWER, TOLD, READ, WRITTEN, MEET, WON, ENROL, RESUME = range(11)
"""Kinds of happenings: a state's timer · the clock of `elapsed` · a signal or account event · an answer arrives · a refusal is known everywhere ·
a reply was read · a mail is written · a meeting begins · a deal is closed · the pool lets somebody in ·
somebody who is under way at the start goes on."""
LATER = 100
"""The event code of happenings that are no event of the machine: they come after those that are."""
MOST = 1000
"""Nobody is touched more often: a loop without a limit (M003) ends here instead of never."""
LEAST = 1000
"""Fewer mails than these in a week are judged as if they were so many: nobody's reputation hangs on one complaint."""


def spread(program: Program, step: int) -> int:
    """Over how many mailboxes or reps the people of a step are dealt in turn."""
    steps, mailbox = program.steps, program.senders.mailbox
    sender = steps.sender[step]
    if steps.answer[step] == EMAIL and sender >= 0:
        return max(1, mailbox[sender + 1] - mailbox[sender])
    return max(1, steps.reps[step])


def made_by(program: Program, step: int, person: int) -> str:
    """Who made a touch, for the trace: the role, or the mailbox by its sender and number."""
    steps, sender = program.steps, program.steps.sender[step]
    if steps.answer[step] != EMAIL or sender < 0:
        return program.roles.name[steps.role[step]]
    return f"{program.senders.name[sender]}/{program.people.position[person] % spread(program, step) + 1}"
