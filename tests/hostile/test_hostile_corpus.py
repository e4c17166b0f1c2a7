"""Files of somebody who means harm: `lint` ends soon, in little memory, with findings; and nothing of theirs reaches a terminal or a CI log alive.

Each case damages a copy of the small workspace in `seed/`. What can be made by a rule is made here, so that the corpus stays small; what fuzzing
found lies in `found/` (see docs/how-to/fuzz.md) and is run by `test_hostile_found.py`.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cadenza.cli.group import run

SEED = Path(__file__).parent / "seed"
SECONDS, MEGABYTES = 5, 512
MESSAGE, PLAYBOOK, BASE = "playbooks/messages/a.md", "playbooks/p.yaml", "playbooks/base.yaml"

ACTED_ON = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
    r"|^\s*::[A-Za-z]|##[A-Za-z.]*\[",
    re.MULTILINE,
)
"""What a terminal obeys, an eye does not see, or a CI system takes for a command (GitHub: `::name` first in a line, `##[name]`; Azure: `##vso[`)."""
SPELLS = (
    "::error file=a,line=1::owned",
    "##vso[task.setvariable variable=a]b ##[error]owned ::set-output name=a::b ::add-mask::a",
    "\x1b[2J\x1b]0;owned\x07\x9b2J\r::warning::owned\nfirst\n::error::owned %0A::error::owned%0D",
    "a\u202egnp.exe in\u200bvisible\u2066\u2069\ufeff \U000e0041\U000e0042",
)

Damage = Callable[[Path], object]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    shutil.copytree(SEED, tmp_path / "w")
    return tmp_path / "w"


def swap(file: str, old: str, new: str) -> Damage:
    def damage(root: Path) -> None:
        text = (root / file).read_text("utf-8")
        assert old in text, f"the seed has no {old!r}"
        (root / file).write_text(text.replace(old, new, 1), "utf-8", newline="")

    return damage


def put(file: str, content: str | bytes) -> Damage:
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return lambda root: (root / file).write_bytes(data)


def add(file: str, content: str) -> Damage:
    return lambda root: (root / file).write_text((root / file).read_text("utf-8") + content, "utf-8", newline="")


def link(file: str, target: str) -> Damage:
    def damage(root: Path) -> None:
        (root / file).unlink(missing_ok=True)
        (root / file).symlink_to(target)

    return damage


def pipe(file: str) -> Damage:
    def damage(root: Path) -> None:
        (root / file).unlink(missing_ok=True)
        os.mkfifo(root / file)

    return damage


def chain(count: int, closed: bool) -> Damage:
    """Playbooks that extend each other, in a row or in a circle."""

    def damage(root: Path) -> None:
        for at in range(count):
            then = f"b{(at + 1) % count}.yaml" if closed or at + 1 < count else "base.yaml"
            (root / f"playbooks/b{at}.yaml").write_text(f"cadenza: 1\nname: b{at}\nextends: {then}\n", "utf-8")
        swap(PLAYBOOK, "extends: base.yaml", "extends: b0.yaml")(root)

    return damage


def cadence(*steps: str) -> Damage:
    """The playbook with other steps."""

    def damage(root: Path) -> None:
        text = (root / PLAYBOOK).read_text("utf-8")
        before, after = text.partition("cadence:\n")[0], text[text.index("stop_rules:") :]
        for old, new in (("step: again", "step: s0"), ("steps: {intro:", "steps: {s0:"), ("{touches: 6}", "{touches: 900}")):
            after = after.replace(old, new)
        (root / PLAYBOOK).write_text(before + "cadence:\n" + "\n".join(steps) + "\n" + after, "utf-8")
        swap(BASE, "resume: call", "resume: s0")(root)

    return damage


def mails(count: int, rest: Callable[[int], str] = lambda _: "") -> list[str]:
    return [f"  - {{id: s{at}, channel: email, after: 1 business day, message: messages/a.md{rest(at)}}}" for at in range(count)]


NESTED = "{not: " * 50 + "{clicked: s0}" + "}" * 50
ALIASES = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))

CASES: dict[str, Damage] = {
    # malformed
    "bytes of every kind": put(PLAYBOOK, bytes(range(256)) * 40),
    "half a character": put(PLAYBOOK, b"cadenza: 1\nname: \xc3"),
    "brackets that never close": put(PLAYBOOK, "cadenza: 1\ncadence: " + "[{" * 400),
    "ten thousand mistakes": put(PLAYBOOK, "cadenza: 1\n" + "".join(f"!!x k{at}: 1\n" for at in range(10_000))),
    "ten thousand unknown keys": add(PLAYBOOK, "".join(f"chanel{at}: 1\n" for at in range(10_000))),
    "ten thousand bad units": swap(PLAYBOOK, "targets: {", "targets: {" + "".join(f"m{at}: 5 bananas, " for at in range(10_000))),
    "surrogates": put(PLAYBOOK, "cadenza: 1\nname: \ud800\n"),
    "directives": put(PLAYBOOK, "%YAML 9.9\n%TAG ! tag:x,1:\n---\n" + "%A\n" * 1000),
    "quotes over the whole file": put(PLAYBOOK, "cadenza: 1\nname: '" + "a\n" * 100_000),
    # huge
    "a million bytes on one line": put(PLAYBOOK, "cadenza: 1\nname: " + "x" * 990_000 + "\n"),
    "a million keys": put(PLAYBOOK, "cadenza: 1\n" + "".join(f"{at:x}:\n" for at in range(150_000))),
    "a million comments": put(PLAYBOOK, "cadenza: 1\n" + "#\n" * 490_000),
    "comments that all waive": add(PLAYBOOK, "".join(f"# cadenza: ignore[P{at}] until 2027-01-01: why\n" for at in range(5_000))),
    "a gigabyte of nothing": lambda root: os.truncate(root / PLAYBOOK, 1 << 30),
    "a message of a gigabyte": lambda root: os.truncate(root / MESSAGE, 1 << 30),
    "deep brackets": add(PLAYBOOK, "x: " + "[" * 100_000),
    "deep keys": add(PLAYBOOK, "".join(" " * at + "k:\n" for at in range(1_200))),
    # cyclic
    "aliases of aliases": lambda root: put(PLAYBOOK, ALIASES + (root / PLAYBOOK).read_text("utf-8"))(root),
    "an alias inside itself": add(PLAYBOOK, "x: &x [*x]\n"),
    "bases in a circle": chain(30, True),
    "bases without end": chain(1500, False),
    "a step that goes to itself": cadence(*mails(3, lambda _: ", on: {clicked: {goto: s0}}, replies: {not_now: {pause: 1 day, resume: s0}}")),
    # state spaces
    "twenty questions": cadence(*mails(20), *(text.replace("id: s", "id: q") for text in mails(20, lambda at: f", when: {{clicked: s{at}}}"))),
    "sixty counted pauses": cadence(*mails(60, lambda _: ", replies: {not_now: {pause: 3 days, at_most: 9}}")),
    "sixty branches": cadence(*mails(60, lambda at: f", on: {{clicked: {{goto: s{at * 7 % 60}}}, opened: {{goto: s{at * 13 % 60}}}}}")),
    "own answers at each of sixty steps": cadence(
        *mails(60, lambda at: f", replies: {{negative: {{stop: no{at}}}, positive: {{go_on: true}}, not_now: {{goto: s{at * 11 % 60}}}}}")
    ),
    "two hundred steps": cadence(*mails(200)),
    "three thousand steps": cadence(*mails(3_000)),
    "conditions in conditions": cadence(*mails(2), *(text.replace("id: s", "id: q") for text in mails(1, lambda _: f", when: {NESTED}"))),
    # Liquid
    "loops in loops": put(MESSAGE, "{% for a in (1..90) %}" * 18 + "x" + "{% endfor %}" * 18),
    "a range without end": put(MESSAGE, "{% for a in (1..999999999999) %}x{% endfor %}"),
    "tags that never close": put(MESSAGE, "{{" * 120_000),
    "tags that close elsewhere": put(MESSAGE, "{{ a " * 40_000 + "}}"),
    "blocks in blocks": put(MESSAGE, "{% if a %}" * 1_500 + "{% endif %}" * 1_500),
    "filters on filters": put(MESSAGE, "{{ first_name" + " | append: 'aaaaaaaa'" * 90 + " }}"),
    "a text that doubles": put(MESSAGE, "{% assign a = 'aaaaaaaa' %}" + "{% assign a = a | replace: 'a', 'aaaaaaaa' %}" * 90 + "{{ a }}"),
    "a template in a template": put(MESSAGE, "{% include '../../../etc/passwd' %}{% render 'x' %}"),
    # text rules
    "no question in 250 kB": put(MESSAGE, "a" * 250_000),
    "questions only": put(MESSAGE, "a? " * 80_000),
    "no sentence ends": put(MESSAGE, "word word, " * 22_000),
    "points only": put(MESSAGE, "." * 250_000),
    "links only": put(MESSAGE, "http://a " * 27_000),
    "we and you": put(MESSAGE, "we you our your " * 15_000),
    "blanks only": put(MESSAGE, " " * 250_000 + "x"),
    "an open bracket in a link": put(MESSAGE, "[" * 125_000 + "](" * 60_000),
    "just following up": put(MESSAGE, "just following up bumping this last chance " * 5_000),
    "a long subject": put(MESSAGE, "---\nsubject: '" + "Re: " * 50_000 + "'\n---\nHi"),
    # patterns
    "stars in a waiver": swap("cadenza.yaml", 'path: "playbooks/*.yaml"', 'path: "' + "*a" * 5_000 + '"'),
    "stars between stars": swap("cadenza.yaml", 'path: "playbooks/*.yaml"', 'path: "' + "**/*" * 90 + 'x"'),
    "a waiver of blanks": add(PLAYBOOK, "# cadenza: ignore[" + " " * 200_000 + "\n"),
    "a waiver of colons": add(PLAYBOOK, "# cadenza: ignore[a] until " + ": " * 100_000 + "\n"),
    "a number of digits": swap(PLAYBOOK, "2 business days", "9" * 190_000),
    "dots in a number": swap(PLAYBOOK, "2 business days", "1." * 90_000),
    # CEL
    "conditions that explode": swap("cadenza.yaml", 'facts.touches_max_in["7d"] <= 4\'', "(true || " * 400 + "true" + ")" * 400 + "'"),
    "lists in lists": swap(
        "cadenza.yaml",
        'facts.touches_max_in["7d"] <= 4\'',
        "".join(f"[1,2,3,4,5,6,7,8,9].all(a{at}, " for at in range(12)) + "true" + ")" * 12 + "'",
    ),
    "a text that grows": swap(
        "cadenza.yaml", 'facts.touches_max_in["7d"] <= 4\'', '"a".matches("(a*)*$")' + ' && "aaaaaaaaaaaaaaaaaaaaaaaaaaaaab".matches("(a|aa)+$")\''
    ),
    "a sum of sums": swap("cadenza.yaml", 'facts.touches_max_in["7d"] <= 4\'', "1" + " + 1" * 20_000 + " > 0'"),
    # files
    "a message that leads out": link(MESSAGE, "/etc/passwd"),
    "a list that leads out": link("lists/no.csv", "/proc/self/environ"),
    "a workspace that leads out": link("cadenza.yaml", "/etc/passwd"),
    "a base that leads out": link(BASE, "/etc/passwd"),
    "a link to itself": link(MESSAGE, "a.md"),
    "a message that is a pipe": pipe(MESSAGE),
    "a list that is a pipe": pipe("lists/no.csv"),
    "a base that is a pipe": pipe(BASE),
    "a workspace that is a pipe": pipe("cadenza.yaml"),
    "a playbook that is a pipe": pipe(PLAYBOOK),
    "a device": link(MESSAGE, "/dev/zero"),
    "a name too long for the system": swap(PLAYBOOK, "messages/a.md", "m" * 5_000 + ".md"),
    "a path of dots": swap(PLAYBOOK, "messages/a.md", "../" * 2_000 + "etc/passwd"),
    "a name with a NUL": swap(PLAYBOOK, "message: messages/a.md", 'message: "a\\0.md"'),
    "a folder for a message": swap(PLAYBOOK, "messages/a.md", "."),
}


def lint(root: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and everything that was printed; the processor's seconds are held to the limit."""
    here = Path.cwd()
    os.chdir(root)
    before = time.process_time()
    try:
        code = run(["lint", *arguments, "--profile", "strict", "--as-of", "2026-11-21"])
    finally:
        spent = time.process_time() - before
        os.chdir(here)
    out, err = capsys.readouterr()
    assert spent < SECONDS, f"{spent:.1f} s"
    return code, out + err


def sound(code: int, told: str) -> None:
    assert code in (1, 2), told[:2000]
    assert "Traceback" not in told and "failed where it should not" not in told, told[-2000:]
    found = ACTED_ON.search(told)
    assert found is None, f"{found and found[0]!r} in {told[max(0, (found.start() if found else 0) - 80) :][:200]!r}"


@pytest.mark.parametrize("case", CASES)
def test_lint_ends_with_findings(case: str, workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(workspace.parent / "cache"))
    CASES[case](workspace)
    code, told = lint(workspace, "cadenza.yaml", PLAYBOOK, capsys=capsys)
    sound(code if code else 1, told)
    assert "root:" not in told, "what lies outside the workspace is shown to nobody"
    assert len(told) < 400_000


NASTY = (
    "a gigabyte of nothing",
    "a million keys",
    "aliases of aliases",
    "twenty questions",
    "sixty counted pauses",
    "a text that doubles",
    "ten thousand unknown keys",
    "a device",
    "a playbook that is a pipe",
    "lists in lists",
)


@pytest.mark.parametrize("case", NASTY)
def test_lint_stays_small(case: str, workspace: Path) -> None:
    """The real command with 512 MB of address space, and a clock that would kill it."""
    CASES[case](workspace)
    limit = MEGABYTES << 20
    done = subprocess.run(
        [sys.executable, "-m", "cadenza", "lint", PLAYBOOK, "--as-of", "2026-11-21"],
        cwd=workspace,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", "XDG_CACHE_HOME": str(workspace.parent / "cache")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    sound(done.returncode, done.stdout + done.stderr)


# ---------------------------------------------------------------- what is printed


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


PLACES: dict[str, Callable[[str], Damage]] = {
    "a name": lambda spell: swap(PLAYBOOK, "name: p", f"name: {quoted(spell)}"),
    "a step": lambda spell: swap(PLAYBOOK, "id: note", f"id: {quoted(spell)}"),
    "a key": lambda spell: add(PLAYBOOK, f"{quoted(spell)}: 1\n"),
    "a value": lambda spell: swap(PLAYBOOK, "after: 2 business days", f"after: {quoted(spell)}"),
    "an outcome": lambda spell: swap(PLAYBOOK, "stop: exhausted", f"stop: {quoted(spell)}"),
    "a path": lambda spell: swap(PLAYBOOK, "script: messages/b.md", f"script: {quoted('messages/' + spell)}"),
    "a comment": lambda spell: add(
        PLAYBOOK, "# " + spell.replace("\n", " ") + "\n# cadenza: ignore[" + spell.replace("\n", " ") + "]: " + spell + "\n"
    ),
    "a waiver's reason": lambda spell: swap("cadenza.yaml", "because: known, until: 2027-03-01", f"because: {quoted(spell)}, until: {quoted(spell)}"),
    "a rule's name": lambda spell: swap("cadenza.yaml", "overrides: {too-many-touches", "overrides: {" + quoted(spell)),
    "a condition": lambda spell: swap("cadenza.yaml", "'facts.touches_max_in[\"7d\"] <= 4'", quoted(spell)),
    "a condition's reason": lambda spell: swap("cadenza.yaml", "<= 4', because: said so", f"<= 0', because: {quoted(spell)}"),
    "a message": lambda spell: put(MESSAGE, spell + " {{ " + spell.strip() + " }}"),
    "a subject": lambda spell: put(
        MESSAGE, "---\nsubject: " + quoted(spell + " {{ nobody }}") + "\n---\n" + spell.replace("\x1b", "").replace("\x9b", "")
    ),
    "a filter": lambda spell: put(MESSAGE, "{{ first_name | " + spell + " }}{% " + spell + " %}"),
    "raw YAML": lambda spell: put(PLAYBOOK, f"cadenza: 1\nname: [{spell}\n{spell}: {{"),
    "a list": lambda spell: put("lists/no.csv", f'email,{spell}\n"{spell}"x,{spell},{spell}\n'),
}


@pytest.mark.parametrize("form", ["terminal", "json"])
@pytest.mark.parametrize("place", PLACES)
def test_nothing_that_is_written_is_obeyed(place: str, form: str, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for spell in SPELLS:
        shutil.rmtree(workspace)
        shutil.copytree(SEED, workspace)
        PLACES[place](spell)(workspace)
        named = ["cadenza.yaml"] if "rule" in place or "condition" in place or "waiver" in place else []
        code, told = lint(workspace, *named, PLAYBOOK, "--verbose", "--no-cache", "--format", form, capsys=capsys)
        sound(code if code else 1, told)
        if form == "json":
            json.loads(told)


@pytest.mark.parametrize("form", ["terminal", "json"])
def test_no_file_name_is_obeyed(form: str, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = (workspace / PLAYBOOK).read_text("utf-8").replace("2 business days", "2 bananas").replace("messages/", "../playbooks/messages/")
    for spell in SPELLS:
        name = spell.replace("/", "-")[:60] + ".yaml"
        (workspace / "playbooks" / name).write_text(broken, "utf-8")
        (workspace / name).mkdir()
        ((workspace / name) / "x.yaml").write_text("cadenza: 1\ncadence: 1\n", "utf-8")
        code, told = lint(workspace, f"playbooks/{name}", "--no-cache", "--format", form, capsys=capsys)
        sound(code, told)
        code, told = lint(workspace, "playbooks/" + name + "-missing", "--no-cache", "--format", form, capsys=capsys)
        sound(code, told)
    code, told = lint(workspace, "--no-cache", "--format", form, capsys=capsys)
    sound(code, told)


# ---------------------------------------------------------------- what is said of machines that are too large


@pytest.mark.parametrize(
    ("case", "place", "message", "help"),
    [
        (
            "twenty questions",
            (29, 77),
            "the machine has more than 20,000 states or 300,000 transitions: it remembers whether each of 20 answers came that "
            "conditions ask about (each doubles the states) and the rounds of pauses with `at_most` (1) and the number of touches for a stop rule",
            "split the cadence into playbooks, or ask in fewer `when` and `skip_if`, nearer to the steps that they ask about",
        ),
        ("three thousand steps", (8, 1), "the cadence has 3,000 steps, and at most 1,000 are read", "split the cadence into playbooks"),
    ],
)
def test_a_machine_that_would_be_too_large_is_refused_where_it_grows(
    case: str, place: tuple[int, int], message: str, help: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    CASES[case](workspace)
    code, told = lint(workspace, PLAYBOOK, "--no-cache", "--format", "json", capsys=capsys)
    found = [finding for finding in json.loads(told)["findings"] if finding["code"] == "M012"]
    assert [((f["place"]["line"], f["place"]["column"]), f["message"], f["help"]) for f in found] == [(place, message, help)]
    assert code == 1
