"""Fuzz lists: any bytes as a CSV file of people, and as a list of those who must not be contacted."""

from __future__ import annotations

from collections.abc import Iterable

from harness import ROOT, refused, run, workspace


def one(data: bytes) -> None:
    from cadenza.language.build import load_workspace
    from cadenza.language.people import Person, read_people, read_suppression

    root, _ = workspace()
    path = root / "lists/no.csv"
    path.write_bytes(data)
    people = refused(lambda: read_people("lists/no.csv", root=root))
    space = load_workspace(root / "cadenza.yaml")
    suppressed = refused(lambda: read_suppression(space))
    if isinstance(people, list) and suppressed is not None:
        for person in people[:20]:
            assert isinstance(person, Person)
            suppressed.reason(person)  # type: ignore[attr-defined]


def seeds() -> Iterable[bytes]:
    for path in sorted((ROOT / "lists").glob("*.csv")):
        yield b"".join(path.read_bytes().splitlines(keepends=True)[:8])
    yield 'email;phone;domain\r\n"a;b@one.example";+44 20 7946 0001;"one ""x"".example"\r\n'.encode("utf-16")
    yield b'\xef\xbb\xbfE-Mail,First Name\nANN@ONE.example,Ann\n"x\ny",z\n'
    yield b"domain\nhttps://WWW.one.example:8080/path\n*.two.example\nxn--bcher-kva.example\n"


if __name__ == "__main__":
    run("people", one, seeds)
