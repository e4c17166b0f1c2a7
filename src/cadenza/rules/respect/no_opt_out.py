"""R002: no way out, or none on a channel that is used."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.model import Step
from ...language.nodes import key_span
from ..context import Context
from ..registry import rule
from ..words import known, top

OUT: dict[str, tuple[str, ...]] = {
    "email": ("one_click_header", "body_link", "reply", "preference_page"),
    "phone": ("spoken",),
    "linkedin": ("reply",),
    "sms": ("sms_keyword", "reply"),
    "direct_mail": ("reply", "body_link", "preference_page", "spoken"),
}
"""Which ways out a person has on a channel. What is printed on a letter may name an address, a page or a number."""


@rule(
    code="R002",
    name="no-opt-out",
    level="error",
    profile="minimal",
    source="15 USC 7704(a)(3) and 16 CFR 316.5 (CAN-SPAM); GDPR Art. 21(4); PostHog's handbook: one click, no form",
)
def no_opt_out(ctx: Context) -> Iterator[Finding]:
    """Every channel that is used, against the ways that `opt_out:` gives; and every mail whose only way out is a link that it lacks."""
    playbook = ctx.playbook
    good = "`opt_out: {ways: [one_click_header, body_link, reply, spoken], scope: person, channels: all}`"
    if playbook.opt_out is None:
        yield ctx.finding("nobody can opt out: the playbook has no `opt_out:`", top(playbook.node), help=f"Write {good}.")
        return
    place = known(playbook.node, "opt_out", "ways")
    for channel in dict.fromkeys(step.channel for step in playbook.cadence):
        if not set(OUT[channel]) & set(playbook.opt_out.ways):
            ways = ", ".join(playbook.opt_out.ways) or "none"
            yield ctx.finding(
                f"nobody can opt out by {channel}: the ways out are {ways}", place, help=f"Add {_either(OUT[channel])} to `opt_out.ways`."
            )
    if set(OUT["email"]) & set(playbook.opt_out.ways) <= {"body_link", "preference_page"}:
        yield from _without_link(ctx)


def _without_link(ctx: Context) -> Iterator[Finding]:
    for step in ctx.playbook.cadence:
        for file in _files(step):
            message = ctx.playbook.messages.get(file)
            if message is not None and not any(merge.path == "unsubscribe_link" for merge in message.merges):
                yield ctx.finding(
                    f"{file} gives no way out: links are the only one by email, and it has no `{{{{ unsubscribe_link }}}}`",
                    key_span(step.node, "message"),
                    help="Put `{{ unsubscribe_link }}` into it, or add `one_click_header` to `opt_out.ways`.",
                )


def _files(step: Step) -> Iterator[str]:
    if step.channel == "email":
        yield from (file for file in (step.message, *(variant.message for variant in step.variants)) if file)


def _either(ways: tuple[str, ...]) -> str:
    return " or ".join(f"`{way}`" for way in ways)
