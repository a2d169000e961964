"""Frozen dataclasses as JSON text, and back. Inverses, tested as one law.

Old and new code meet on the same rows during a deployment, so reading is tolerant: a key nobody knows is left out, and
a missing one takes the field's default. Instants are ISO 8601 in UTC with a fixed width, so text order is time order.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
Reader = Callable[[Any], Any]


def to_json(value: object, without: frozenset[str] = frozenset()) -> str:
    """A dataclass as one JSON object; `without` names top-level fields that are kept elsewhere."""
    plain = {name: part for name, part in to_plain(value).items() if name not in without}
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair is not text that DynamoDB takes; broken mails bring them. Escaped, it survives.
    return text if _is_text(text) else json.dumps(plain, separators=(",", ":"))


def from_json(kind: type[Value], text: str, **known: object) -> Value:
    """The dataclass that `to_json` wrote; `known` holds what was kept elsewhere, in plain form.

    Raises KeyError when a field without a default is missing, ValueError when the text is not what `kind` holds.
    """
    read: Callable[[Any], Value] = _reader(cast(Hashable, kind))
    return read({**json.loads(text), **known})


def to_plain(value: Any) -> Any:
    """What JSON can hold: dict, list, str, int, bool or None."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, tuple):
        return [to_plain(part) for part in value]
    if isinstance(value, datetime):
        return instant_text(value)
    if is_dataclass(value):
        return {name: to_plain(getattr(value, name)) for name in _names(cast(Hashable, type(value)))}
    return value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def instant_text(at: datetime) -> str:
    """`2026-11-23T09:07:00.000000Z`: 27 characters, so that it sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    """The instant `instant_text` wrote, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


@cache
def _reader(kind: Any) -> Reader:
    """The function that reads this type's plain form. Made once per type: reading hints is slow."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_reader(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return _optional_reader(get_args(kind))
    if get_origin(kind) is tuple:
        return _tuple_reader(get_args(kind))
    if kind is datetime:
        return instant_of
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    return _as_it_is


def _dataclass_reader(kind: type[Any]) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = frozenset(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)

    def read(plain: dict[str, Any]) -> Any:
        if missing := needed - plain.keys():
            raise KeyError(f"{kind.__name__}.{min(missing)}")
        return kind(**{name: read_part(plain[name]) for name, read_part in readers.items() if name in plain})

    return read


def _optional_reader(members: tuple[Any, ...]) -> Reader:
    present = tuple(member for member in members if member is not type(None))
    if len(present) != 1:
        raise TypeError(f"cannot tell apart {members} in JSON")
    read = _reader(present[0])
    return lambda plain: None if plain is None else read(plain)


def _tuple_reader(members: tuple[Any, ...]) -> Reader:
    if members[-1] is Ellipsis:
        read = _reader(members[0])
        return lambda plain: tuple(read(part) for part in plain)
    readers = tuple(_reader(member) for member in members)
    return lambda plain: tuple(read(part) for read, part in zip(readers, plain, strict=True))


def _as_it_is(plain: Any) -> Any:
    return plain


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
