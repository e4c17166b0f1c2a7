"""Messages: what is read from them, with the place of every field, and what is said about bad ones."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language.findings import Refused
from cadenza.language.messages import Unfilled, parse_message, read_message, render_message
from cadenza.language.nodes import Span
from cadenza.language.template import FILTERS, Flaw, fill_plain, tags_of, uses_of


def told(text: str) -> list[str]:
    """Every finding about a message, whole."""
    with pytest.raises(Refused) as caught:
        parse_message(text, "m.md")
    return [
        f"{found.span.line}:{found.span.column}-{found.span.end_column} {found.code} {found.message} | {found.help}"
        for found in caught.value.findings
    ]


def merges(text: str) -> list[tuple[str, bool, int, int, int]]:
    found = parse_message(text, "m.md").merges
    return [(merge.path, merge.has_default, merge.span.line, merge.span.column, merge.span.end_column) for merge in found]


def test_an_example_message(EXAMPLES: Path) -> None:
    message = read_message("playbooks/messages/goodbye.md", EXAMPLES)
    assert message.file == "playbooks/messages/goodbye.md"
    assert message.subject == "Closing the file, {{ first_name | default: 'unless you object' }}"
    assert (message.gives, message.goal, message.language, message.body_line) == ("nothing", None, "en", 5)
    assert [(merge.path, merge.has_default, *merge.span) for merge in message.merges] == [
        ("first_name", True, "playbooks/messages/goodbye.md", 2, 32, 2, 42),
        ("first_name", True, "playbooks/messages/goodbye.md", 5, 4, 5, 14),
        ("unsubscribe_link", False, "playbooks/messages/goodbye.md", 8, 4, 8, 20),
        ("sender.name", False, "playbooks/messages/goodbye.md", 9, 4, 9, 15),
        ("organization.postal_address", False, "playbooks/messages/goodbye.md", 9, 23, 9, 50),
    ]
    assert (
        message.text.split("\n")[0]
        == " " * len('{{ first_name | default: "Hello" }}') + ", I have had no answer, which is an answer. This is my last message."
    )


def test_every_field_of_every_example_stands_where_its_span_says(EXAMPLES: Path) -> None:
    files = sorted((EXAMPLES / "playbooks" / "messages").glob("*.md"))
    assert files
    for file in files:
        lines = file.read_text("utf-8").split("\n")
        for merge in read_message(file, EXAMPLES).merges:
            assert lines[merge.span.line - 1][merge.span.column - 1 : merge.span.end_column - 1] == merge.path


def test_plain_messages_are_read_without_importing_liquid(EXAMPLES: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cadenza.language.messages import read_message, render_message\n"
        f"message = read_message('playbooks/messages/first-call.md', Path({str(EXAMPLES)!r}))\n"
        "print(render_message(message, {'company': 'Bletchley'})[1].splitlines()[1], 'liquid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "Ask how Bletchley decides which alerts may wake somebody up. Listen. False\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hi {{ name }}", [("name", False, 1, 7, 11)]),
        ("---\nsubject: Hi {{a}}\n---\n\n  {{b|default:'x'}}", [("a", False, 2, 15, 16), ("b", True, 5, 5, 6)]),
        ('---\nsubject: "a \\" {{ a }}"\n---\n', [("a", False, 2, 19, 20)]),
        ("---\nsubject: >\n  on two {{ a }}\n  lines\n---\n", [("a", False, 3, 13, 14)]),
        ("\r\n{{ a }}\r\n {{ b }}", [("a", False, 2, 4, 5), ("b", False, 3, 5, 6)]),
        ("{{ a | capitalize | default: 'x' }}{{ b | upcase }}", [("a", True, 1, 4, 5), ("b", False, 1, 39, 40)]),
        ("{{- a -}}", [("a", False, 1, 5, 6)]),
        ("{{ link['peer story'] }} {{ link[0] }}", [("link.peer story", False, 1, 4, 22), ("link[0]", False, 1, 29, 36)]),
        (
            "{% if a %}{{ a }}{{ b }}{% elsif c %}{{ c }}{% else %}{{ d }}{% endif %}{{ a }}",
            [
                ("a", True, 1, 7, 8),
                ("a", True, 1, 14, 15),
                ("b", False, 1, 21, 22),
                ("c", True, 1, 34, 35),
                ("c", True, 1, 41, 42),
                ("d", False, 1, 58, 59),
                ("a", False, 1, 76, 77),
            ],
        ),
        ("{% if a and b %}{{ b }}{% endif %}", [("a", True, 1, 7, 8), ("b", True, 1, 13, 14), ("b", True, 1, 20, 21)]),
        ("{% if a or b %}{{ b }}{% endif %}", [("a", True, 1, 7, 8), ("b", True, 1, 12, 13), ("b", False, 1, 19, 20)]),
        ("{% unless a %}{{ b }}{% endunless %}", [("a", True, 1, 11, 12), ("b", False, 1, 18, 19)]),
        ("{% case a %}{% when 'x' %}{{ b }}{% endcase %}", [("a", True, 1, 9, 10), ("b", False, 1, 30, 31)]),
        ("{% assign x = a | default: 'q' %}{{ x }}", [("a", True, 1, 15, 16)]),
        ("{% capture x %}{{ a }}{% endcapture %}{{ x }}", [("a", False, 1, 19, 20)]),
        (
            "{% for x in a %}{{ x }}{{ forloop.index }}{{ y }}{% endfor %}{{ x }}",
            [("a", True, 1, 13, 14), ("y", False, 1, 46, 47), ("x", False, 1, 65, 66)],
        ),
        (
            "{{ a | append: b }}{{ c | append: d | default: 'x' }}",
            [("a", False, 1, 4, 5), ("b", False, 1, 16, 17), ("c", True, 1, 23, 24), ("d", True, 1, 35, 36)],
        ),
        ("{% raw %}{{ no }}{% endraw %}{% comment %}{{ no }}{% endcomment %}{{ a }}", [("a", False, 1, 70, 71)]),
        ("{{ 'text' }} }} }", []),
    ],
)
def test_the_fields_of_a_template(text: str, found: list[tuple[str, bool, int, int, int]]) -> None:
    assert merges(text) == found


def test_the_text_without_its_tags_keeps_lines_and_columns() -> None:
    text = "Hi {{ a }}, {% if b %}yes{% endif %}\n{% raw %}{{ raw }}{% endraw %}\n{% comment %} x\n{{ y }} z {% endcomment %}end"
    assert parse_message(text, "m.md").text == (
        "Hi        ,           yes           \n         {{ raw }}            \n               \n                            end".replace(
            "                            end", " " * len("{{ y }} z {% endcomment %}") + "end"
        )
    )


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("Hi {{ a }", ["1:4-6 Y013 `{{` is never closed | end it with `}}`"]),
        ("Hi {% if a }", ["1:4-6 Y013 `{%` is never closed | end it with `%}`"]),
        ("{{ " + "a" * 2100 + " }}", ["1:1-3 Y013 a tag is at most 2000 characters long | close `{{` with `}}` where it ends"]),
        ("{% raw %}x", ["1:1-10 Y013 `{% raw %}` is never closed | end it with `{% endraw %}`"]),
        ("{{ a | defalt: 'x' }}", ["1:8-14 Y013 unknown filter `defalt` | did you mean `default`?"]),
        ("{{ a | default }}", ['1:8-15 Y013 the filter `default` takes 1 value, and this has 0 | give it 1: `| default: "there"`']),
        (
            "{% if x %}{{ a | truncate: 1, 2, 3 }}{% endif %}",
            ["1:18-26 Y013 the filter `truncate` takes 0 to 2 values, and this has 3 | give it 0 to 2"],
        ),
        ("{% include 'x' %}", ["1:1-18 Y013 `include` loads another file, and a message stands alone | write the text here"]),
        ("{%- render 'x' -%}", ["1:1-19 Y013 `render` loads another file, and a message stands alone | write the text here"]),
        ("{% esle %}", ["1:1-11 Y013 unknown tag `esle` | did you mean `else`?"]),
        (
            "{% liquid\nassign a = 1 %}",
            ["1:1-16 Y013 unknown tag `liquid` | known are if, unless, case, for, break, continue, assign, capture, comment, echo and raw"],
        ),
        ("{{ }}", ["1:1-6 Y013 this tag is empty | write {{ field }}, or remove it"]),
        ("x\n{% if a %}y", ["2:1-11 Y013 `{% if %}` is never closed | end it with `{% endif %}`"]),
        ("{{ a b }}", ["1:6-7 Y013 this is no Liquid: expected end of expression, found word | "]),
        ("{{ link[name] }}", ["1:4-5 Y013 a field's name cannot come from another field | write the name itself"]),
        (
            "{% for i in (1..1000000000) reversed %}x{% endfor %}",
            ["1:13-14 Y013 a range goes from one written number to another, at most 100 in all | (1..3)"],
        ),
        ("{% for i in (1..n) %}x{% endfor %}", ["1:13-14 Y013 a range goes from one written number to another, at most 100 in all | (1..3)"]),
        ("{% if a %}{% endfor %}", ["1:11-23 Y013 `endfor` ends nothing: `if` is open here | "]),
        ("{% endif %}", ["1:1-12 Y013 `endif` ends nothing: nothing is open here | "]),
        ("---\nsubject: x", ["1:1-4 Y013 the front matter that begins here is never closed | end it with a line `---`"]),
        ("a\x00b", ["1:2-3 Y013 a NUL byte stands in the text | remove it"]),
        ("a\n\x1bb", ["2:1-2 Y013 the control character U+001B stands in the text | remove it"]),
        (
            "---\nsubject: '{{ a | upcas }}'\n---\n{{ b | upcas }}",
            ["2:18-23 Y013 unknown filter `upcas` | did you mean `upcase`?", "4:8-13 Y013 unknown filter `upcas` | did you mean `upcase`?"],
        ),
    ],
)
def test_a_bad_template_is_refused_at_its_place(text: str, findings: list[str]) -> None:
    assert told(text) == findings


def test_front_matter_that_is_no_map_or_no_yaml_is_refused_at_its_own_line() -> None:
    assert told("---\n- a\n---\n") == ['2:1-4 Y003 front matter is a map of keys | write `subject: "..."`, a key a line']
    with pytest.raises(Refused) as caught:
        parse_message('---\ngives: story\nsubject: "open\n---\n', "m.md")
    assert [(found.code, found.span.line, found.span.column) for found in caught.value.findings] == [("Y001", 3, 10)]


def test_an_empty_front_matter_is_as_good_as_none() -> None:
    assert parse_message("---\n# nothing\n---\nHi", "m.md").body == "Hi"
    assert parse_message("", "m.md").merges == ()


REFERRED = Span("playbooks/p.yaml", 7, 12, 7, 30)


def test_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "ok.md").write_bytes(b"\xef\xbb\xbfHi {{ a }}")
    (tmp_path / "folder").mkdir()
    (tmp_path / "big.md").write_bytes(b"x" * 256_001)
    (tmp_path / "latin.md").write_bytes("ok\ncafé".encode("latin-1"))
    (tmp_path / "wide.md").write_bytes("Hi".encode("utf-16"))
    outside = tmp_path.parent / f"{tmp_path.name}-outside.md"
    outside.write_text("secret")
    (tmp_path / "link.md").symlink_to(outside)
    assert read_message("ok.md", tmp_path).merges[0].span == Span("ok.md", 1, 7, 1, 8)
    said = {}
    for name in ("ok.mt", "folder", "big.md", "latin.md", "wide.md", "link.md", f"../{outside.name}", "/etc/passwd", "a\0b"):
        with pytest.raises(Refused) as caught:
            read_message(name, tmp_path, REFERRED)
        (found,) = caught.value.findings
        said[name] = (found.code, str(found.span), found.message.replace(outside.name, "OUT"), found.help)
    assert said == {
        "ok.mt": ("Y004", "playbooks/p.yaml:7:12", "there is no message file `ok.mt`", "did you mean `ok.md`?"),
        "folder": ("Y004", "playbooks/p.yaml:7:12", "`folder` is a folder; a message file is wanted here", "name the message file itself"),
        "big.md": ("Y006", "playbooks/p.yaml:7:12", "`big.md` is larger than 256 kB", "a message file is at most 256 kB; split it"),
        "latin.md": ("Y013", "latin.md:2:4", "byte 0xe9 is no UTF-8; a message is UTF-8", "save the file as UTF-8"),
        "wide.md": ("Y013", "wide.md:1:1", "the file is written in UTF-16; a message is UTF-8", "save the file as UTF-8"),
        "link.md": (
            "Y007",
            "playbooks/p.yaml:7:12",
            "the path `link.md` leads out of the workspace",
            "keep every file below the folder of `cadenza.yaml`",
        ),
        f"../{outside.name}": (
            *("Y007", "playbooks/p.yaml:7:12", "the path `../OUT` leads out of the workspace"),
            "keep every file below the folder of `cadenza.yaml`",
        ),
        "/etc/passwd": (
            "Y007",
            "playbooks/p.yaml:7:12",
            "the path `/etc/passwd` leads out of the workspace",
            "keep every file below the folder of `cadenza.yaml`",
        ),
        "a\0b": ("Y007", "playbooks/p.yaml:7:12", "the path `a\0b` leads out of the workspace", "keep every file below the folder of `cadenza.yaml`"),
    }


# ---------------------------------------------------------------- filling in


def filled(text: str, **variables: object) -> tuple[str | None, str]:
    return render_message(parse_message(text, "m.md"), variables)


def test_filling_in() -> None:
    text = "---\nsubject: For {{ company }}\n---\nHi {{ first_name | default: 'there' }}, {{ sender.name }}{% if phone %} ({{ phone }}){% endif %}"
    assert filled(text, company="A\r\nBcc: x", sender={"name": "Grace"}) == ("For A Bcc: x", "Hi there, Grace")
    assert filled(text, company="B", first_name="Ada", phone="1", sender={"name": "G"}) == ("For B", "Hi Ada, G (1)")
    assert filled("{{ a }}", a="{{ b }} {% raw %}") == (None, "{{ b }} {% raw %}"), "what people are called is never a template"


@pytest.mark.parametrize(
    ("text", "field", "place"),
    [
        ("Hi\n {{ sender.name }}", "sender.name", "m.md:2:5"),
        ("{% if x %}{% else %}{{ link['a'] }}{% endif %}", "link['a']", "m.md:1:24"),
        ("---\nsubject: for {{ company }}\n---\nx", "company", "m.md:2:17"),
        ("{{ now }}", "now", "m.md:1:4"),
        ("{{ a | upcase | append: '!' }}", "a", "m.md:1:4"),
        ("{{ 'x' | append: a }}", "a", "m.md:1:18"),
        ("{% assign b = a %}{{ b }}", "a", "m.md:1:15"),
    ],
)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_missing_field_names_itself_and_its_place(text: str, field: str, place: str, empty: str | None) -> None:
    with pytest.raises(Unfilled) as caught:
        filled(text, sender={"name": empty}, company=empty, link={"a": empty}, a=empty)
    (found,) = caught.value.findings
    assert (caught.value.field, found.code, str(found.span)) == (field, "Y013", place)
    assert found.message == f"`{field}` is empty, and the text has no default for it"
    assert found.help == f'write {{{{ {field} | default: "..." }}}}'


BOMBS = {
    "{% for a in (1..50) %}{% for b in (1..50) %}x{% endfor %}{% endfor %}": "its loops go round more than 100 times",
    "{% assign x = 'aaaaaaaa' %}" + "{% assign x = x | append: x %}" * 20: "the result of `append` is longer than 4000 characters",
    "{{ 'aaaaaaaaaa' | replace: 'a', '" + "b" * 500 + "' }}": "the result of `replace` is longer than 4000 characters",
    "{{ 'aaaaaaaaaa' | replace: '', '" + "b" * 500 + "' }}": "the result of `replace` is longer than 4000 characters",
    "{{ 9" + " | times: 99999999" * 5 + " }}": "the result of `times` is too large",
    "{% capture x %}" + "y" * 90_000 + "{% endcapture %}" + "{{ x }}" * 3: "it is longer than 256 kB",
    "{% capture x %}" + "y" * 101_000 + "{% endcapture %}": "its assignments hold too much",
    "{{ 'a,a' | split: ',' | first | divided_by: 0 }}": "divided_by: can't divide by 0",
    "{% assign x = '" + "a," * 150 + "' | split: ',' %}{% for a in x %}x{% endfor %}": "its loops go round more than 100 times",
}


@pytest.mark.parametrize(("text", "why"), BOMBS.items(), ids=list(range(len(BOMBS))))
def test_a_template_that_explodes_is_stopped(text: str, why: str) -> None:
    with pytest.raises(Refused) as caught:
        filled(text)
    assert [found.message for found in caught.value.findings] == [f"the text cannot be made: {why}"]


def test_more_markup_than_a_message_needs_is_refused_before_it_runs() -> None:
    assert told("{% if a %}" + "{{ a }}" * 2500 + "{% endif %}") == [
        "1:1-11 Y013 the tags of a message have at most 16000 characters, and these have 17521 | say it in plain text"
    ]
    deep = "{% if " + " and ".join(["a"] * 240) + " %}x{% endif %}"
    assert filled(deep, a="1") == (None, "x")
    nested = "{% if a %}" * 40 + "x" + "{% endif %}" * 40
    assert [line.partition(" Y013 ")[2] for line in told(nested)] == ["this is no Liquid: block nesting limit reached | "]


def test_spaces_without_end_cost_nothing() -> None:
    assert told("{{ a" + " " * 200_000) == ["1:1-3 Y013 `{{` is never closed | end it with `}}`"]
    assert told("{% raw %}" * 20_000) == ["1:1-10 Y013 `{% raw %}` is never closed | end it with `{% endraw %}`"]


# ---------------------------------------------------------------- the fast reader and Liquid say the same

NAMES = st.sampled_from(("a", "b_c", "link.peer", "first_name", "sender.name", "x-y"))
SPACES = st.sampled_from(("", " ", "  ", "\n"))
VALUES = st.sampled_from(('"there"', "'x | y'", '""', "'a }'", "3"))
PLAIN_FILTERS = st.sampled_from(
    [name for name, (least, _) in FILTERS.items() if least == 0 and name not in ("first", "last", "abs", "ceil", "floor", "round")]
)


@st.composite
def outputs(draw: st.DrawFn) -> str:
    blank = draw(SPACES)
    filters = draw(
        st.lists(
            st.one_of(PLAIN_FILTERS, VALUES.map(lambda value: f"default:{blank}{value}"), VALUES.map(lambda value: f"append: {value}")), max_size=2
        )
    )
    dash = draw(st.sampled_from(("", "-")))
    return "{{" + dash + " " + blank.join([draw(NAMES), *(f"|{blank}{one}" for one in filters)]) + " " + draw(st.sampled_from(("", "-"))) + "}}"


TEMPLATES = st.lists(st.one_of(outputs(), st.sampled_from(("Hi ", ",\n", " }} ", "{ {", "é", "%}"))), max_size=6).map("".join)


@given(TEMPLATES)
def test_the_fast_reader_and_liquid_find_the_same_fields(text: str) -> None:
    from cadenza.language.liquid_door import analysed

    def outcome(read: Callable[[str], object]) -> object:
        try:
            return read(text)
        except Flaw as flaw:
            return str(flaw), flaw.help, flaw.start, flaw.end

    assert outcome(uses_of) == outcome(lambda text: analysed(text, tags_of(text)))


@given(
    TEMPLATES,
    st.fixed_dictionaries(
        {"a": st.sampled_from(("", "A", "é{{")), "b_c": st.just("B"), "link": st.just({"peer": "P"}), "sender": st.just({"name": " "})}
    ),
)
def test_the_fast_writer_and_liquid_write_the_same(text: str, variables: dict[str, object]) -> None:
    from cadenza.language.liquid_door import filled as by_liquid

    def outcome(write: Callable[[str, dict[str, object]], str | None]) -> str | None:
        try:
            return write(text, variables)
        except Flaw as flaw:
            return f"{flaw} at {flaw.start}-{flaw.end}"

    try:
        uses_of(text)
    except Flaw:
        return  # no message that is read has one
    plain = outcome(fill_plain)
    assert plain is None or plain == outcome(by_liquid)


@given(
    st.lists(
        st.sampled_from(
            (
                "{{",
                "}}",
                "{%",
                "%}",
                " if ",
                "a",
                "|",
                "default",
                ":",
                "'",
                '"',
                "endif",
                "for x in ",
                "(1..3)",
                "endfor",
                "raw",
                "endraw",
                "-",
                "[",
                "]",
                ".",
                "\n",
            )
        ),
        max_size=12,
    ).map("".join)
)
def test_any_text_is_a_template_or_has_a_flaw(text: str) -> None:
    try:
        uses = uses_of(text)
    except Flaw as flaw:
        assert 0 <= flaw.start <= flaw.end <= len(text)
    else:
        assert all(0 <= use.start < use.end <= len(text) for use in uses)
