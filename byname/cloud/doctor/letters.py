"""Letters that wait or are held, and the keys that sign reply addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from byname.cloud.desk_now import Unsent, read_unsent
from byname.cloud.doctor.finding import Finding, broken, counted, warn, well
from byname.cloud.doctor.place import Place
from byname.cloud.status import LATE_LETTER
from chalicelib.aws.secrets import read_ring
from chalicelib.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Letters:
    unsent: Unsent
    held: int
    now: datetime


def letters_of(place: Place) -> Letters:
    place.client("dynamodb")
    unsent = read_unsent(place.account, place.stack.output("TableName"))
    return Letters(unsent, place.desk.held_letters, place.now)


def judge_letters(found: Letters) -> Iterator[Finding]:
    since = found.unsent.oldest_since
    if since is not None and since < found.now - LATE_LETTER:
        minutes = round((found.now - since) / timedelta(minutes=1))
        yield broken(
            f"{counted(found.unsent.count, 'letter')} waiting to leave, the oldest for {minutes} minutes",
            "They are tried again by themselves once what stops them is mended: see Sending above and the sweep.",
        )
    if found.held:
        yield warn(
            f"{counted(found.held, 'letter')} held, because nobody knows whether they left",
            "`byname status` names the threads that wait; answer those customers once more by hand if in doubt.",
        )
    if not found.held and (since is None or since >= found.now - LATE_LETTER):
        yield well("All letters have left" if not found.unsent.count else "Letters leave")


# --- keys --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keys:
    """How many keys there are; `fault` says what is wrong with the secret. Never a key."""

    count: int = 0
    fault: str = ""


def keys_of(place: Place) -> Keys:
    name, client = place.stack.output("KeyRingSecret"), place.client("secretsmanager")
    try:
        answer: Mapping[str, str] = client.get_secret_value(SecretId=name)
    except client.exceptions.ResourceNotFoundException:
        return Keys(fault=f"The secret {name} is not there.")
    try:
        return Keys(len(read_ring(answer.get("SecretString", ""), name).keys))
    except Misconfigured as error:
        return Keys(fault=str(error))


def judge_keys(found: Keys) -> Iterator[Finding]:
    if found.fault:
        yield broken(
            f"Reply addresses cannot be signed or read. {found.fault}",
            "Restore the secret's earlier version (Secrets Manager console, Versions): with new keys, every address in "
            "people's mailboxes would be dead.",
        )
    else:
        yield well(f"Reply addresses are signed ({found.count} {'key' if found.count == 1 else 'keys'})")
