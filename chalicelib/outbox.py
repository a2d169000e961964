"""Step three of every flow: make the mails of letters that are already committed, and send them.

A letter is leased to us before we start, and marked after; what happens in between nobody can undo, so nothing here
raises: every letter ends in an outcome, and one that cannot be made does not keep the next from leaving.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.desk.decision import Forward, Letter, Notice, Reply
from chalicelib.desk.model import Attachment, AttachmentRef, Channel, Delivery, Inbound, folder_of
from chalicelib.desk.signed_addresses import Purpose, write_token
from chalicelib.errors import Unavailable
from chalicelib.mail.compose import ATTACH_LIMIT, compose
from chalicelib.mail.render import render
from chalicelib.ports import Dispatched, NotSent, Outcome, Services


def send(letters: Iterable[Letter], services: Services, inbound: Inbound | None = None) -> tuple[Dispatched, ...]:
    """Send letters leased to us; what became of each is still to be marked. `inbound` saves reading it again."""
    return tuple(Dispatched(one, _outcome(one, services, inbound), services.clock.now()) for one in letters)


def _outcome(letter: Letter, services: Services, inbound: Inbound | None) -> Outcome:
    try:
        mime, sender, to = _made(letter, services, inbound)
    except Unavailable as error:
        return NotSent(str(error), again=True)
    except Exception as error:  # whatever it is, nobody can make this letter, and a person must hear of it
        return NotSent(f"it could not be made ({type(error).__name__})", again=False)
    return services.sender.send(mime, sender, to, letter.key, letter.thread_id)


def _made(letter: Letter, services: Services, inbound: Inbound | None) -> tuple[bytes, str, str]:
    source = _source(letter, services, inbound) if isinstance(letter, Forward) else None
    letter, link = _with_link(letter, services)
    rendered = render(letter, services.team, source, link)
    attachments = () if link else _attachments(_files(letter), services, source or inbound)
    whole = isinstance(letter, Forward) and letter.raw_attached and not link
    raw = services.files.read(letter.source) if isinstance(letter, Forward) and whole else b""
    made = compose(letter, rendered, services.team, services.ring, services.instance, attachments, raw)
    return made.mime, made.sender, made.to


def _files(letter: Letter) -> tuple[AttachmentRef, ...]:
    return letter.attachments if isinstance(letter, Forward | Reply | Notice) else ()


def _with_link(letter: Letter, services: Services) -> tuple[Letter, str]:
    """The letter, and where its files can be fetched when they are too large to travel; no link when they travel."""
    refs = _files(letter)
    if isinstance(letter, Forward) and letter.raw_attached:
        refs = (*refs, AttachmentRef("original.eml", "message/rfc822", letter.raw_size, letter.source))
    if not services.pages_url or sum(ref.size for ref in refs) <= ATTACH_LIMIT:
        return letter, ""
    token = write_token(Purpose.FILES, letter.thread_id, folder_of(refs[0]), services.ring)
    link = f"{services.pages_url}/files/{token}"
    return (replace(letter, attachments=refs) if isinstance(letter, Forward) else letter), link


def _source(letter: Forward, services: Services, inbound: Inbound | None) -> Inbound:
    """The mail or post whose words are forwarded: in hand, or read again from S3."""
    if inbound is not None and inbound.key == letter.source:
        return inbound
    from chalicelib.gather import read_raw

    channel = Channel.FORM if letter.source.startswith("form/") else Channel.MAIL
    raw = services.files.read(letter.source)  # it was there when we decided: if it is gone, a person must know
    return read_raw(raw, Delivery(letter.source, channel, letter.decided_at), services)


def _attachments(refs: Sequence[AttachmentRef], services: Services, inbound: Inbound | None) -> tuple[Attachment, ...]:
    in_hand = {attachment.ref.key: attachment for attachment in inbound.attachments} if inbound else {}
    return tuple(in_hand.get(ref.key) or Attachment(ref, services.files.read(ref.key)) for ref in refs)
