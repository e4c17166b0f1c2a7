"""`@record`: a frozen, slotted dataclass that costs little to define.

`@dataclass(frozen=True, slots=True)` compiles six functions for each class when it is defined. With the eighty classes that `lint` needs on one
file that is a sixth of its time, spent mostly on methods that are never called. A record is a standard dataclass (`fields`, `replace` and
`match` work, type checkers see one) whose `__init__`, `__eq__` and `__hash__` are compiled when they are first called, and whose other methods
are shared by all records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, NoReturn, TypeVar, dataclass_transform

Kind = TypeVar("Kind", bound=type)
_plain = dataclass(init=False, repr=False, eq=False, slots=True)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: Kind) -> Kind:
    """The class with fields from its annotations, frozen. Fields may have `field(default_factory=, hash=False, compare=False, repr=False)`;
    a method that the class defines itself is kept. Records are not inherited from."""
    own = dict(cls.__dict__)
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # else dataclass derives one from the signature, which is not there yet
    made: Any = _plain(cls)
    for name, method in _METHODS.items():
        if name not in own:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _on_first_call(name: str, source: Callable[[Any, dict[str, Any]], str]) -> Any:
    """A method that compiles the class's own from `source(class, names that it may use)`, puts it in its own place, and calls it."""

    def first(self: Any, *values: Any, **named: Any) -> Any:
        cls = type(self)
        known: dict[str, Any] = {}
        exec(source(cls, known), known)
        setattr(cls, name, known[name])
        return known[name](self, *values, **named)

    return first


def _init(cls: Any, known: dict[str, Any]) -> str:
    """One assignment a field, in order; a factory runs where no value is given."""
    known.update({"__set": object.__setattr__, "__missing": MISSING})
    parameters, body = ["self"], ["    pass"]
    for each in fields(cls):
        parameters.append(_parameter(each, known))
        value = each.name if each.default_factory is MISSING else f"__make_{each.name}() if {each.name} is __missing else {each.name}"
        body.append(f"    __set(self, {each.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("    self.__post_init__()")
    return "\n".join([f"def __init__({', '.join(parameters)}):", *body])


def _parameter(each: Field[Any], known: dict[str, Any]) -> str:
    if each.default is not MISSING:
        known[f"__default_{each.name}"] = each.default
        return f"{each.name}=__default_{each.name}"
    if each.default_factory is not MISSING:
        known[f"__make_{each.name}"] = each.default_factory
        return f"{each.name}=__missing"
    return each.name


def _eq(cls: Any, _: dict[str, Any]) -> str:
    names = [each.name for each in fields(cls) if each.compare]
    own, others = ("".join(f"{side}.{name}, " for name in names) for side in ("self", "other"))
    return f"def __eq__(self, other):\n    return ({own}) == ({others}) if other.__class__ is self.__class__ else NotImplemented"


def _hash(cls: Any, _: dict[str, Any]) -> str:
    names = [each.name for each in fields(cls) if (each.compare if each.hash is None else each.hash)]
    return f"def __hash__(self):\n    return hash(({''.join(f'self.{name}, ' for name in names)}))"


def _setattr(_: Any, name: str, __: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(_: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{each.name}={getattr(self, each.name)!r}' for each in fields(self) if each.repr)})"


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_METHODS = {
    "__init__": _on_first_call("__init__", _init),
    "__eq__": _on_first_call("__eq__", _eq),
    "__hash__": _on_first_call("__hash__", _hash),
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__repr__": _repr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
