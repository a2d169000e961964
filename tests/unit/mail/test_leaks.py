"""What of the firm's own must not leave with a colleague's answer, in its words and in its files."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from chalicelib.desk.model import Attachment, AttachmentRef
from chalicelib.desk.signed_addresses import Purpose, write_address
from chalicelib.mail.leaks import FILES_LIMIT, droppable, found
from tests.builders import RING

STAFF = frozenset({"bob@harris.example", "alice@harris.example"})
OURS = frozenset({"support@harris.example", "support@help.harris.example"})
SIGNED = write_address("support@help.harris.example", Purpose.STAFF_REPLY, "k7q3md9x2a", "bob", RING)
LOCAL = SIGNED.partition("@")[0]
BECAUSE = 'it is about Repairs ("boiler"), and Bob Harris answers those'
PRIVATE = (BECAUSE, "Invoice 2207 again", "Thermostat")
CARD = "[card K7Q-3MD]\nJane Roe · sounds upset\n[card K7Q-3MD]"
IN_CARD = "a card, or an address that only colleagues have, is in it"


def a_file(content: bytes | str, name: str = "file-1.bin", kind: str = "application/octet-stream") -> Attachment:
    data = content.encode() if isinstance(content, str) else content
    return Attachment(AttachmentRef(name, kind, len(data), "parts/x/1"), data)


def a_mail(text: str = "Hello", html: str = "", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in ({"From": "Jane <jane@customer.example>", "Subject": "Boiler"} | headers).items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text, cte="base64")
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def in_text(text: str) -> str:
    return found(text, (), STAFF, PRIVATE, OURS)


def in_file(attachment: Attachment) -> str:
    return found("See the file.", (attachment,), STAFF, PRIVATE, OURS)


# --- in words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"At two.\n{CARD}", id="a card"),
        pytest.param("At two.\n[card K7Q\u20113MD]", id="half a card, with another dash"),
        pytest.param(f"Write to {SIGNED}", id="a signed address"),
        pytest.param(f"Write to {LOCAL}", id="without its domain"),
        pytest.param(f"Write to {LOCAL[:20]}\n> {LOCAL[20:]}", id="wrapped in the middle"),
        pytest.param(f"Write to {LOCAL[:20]}\u200b{LOCAL[20:]}", id="with an invisible letter inside"),
        pytest.param(f"<mailto:{SIGNED.replace('+', '%2B').replace('@', '%40').upper()}>", id="encoded, in capitals"),
    ],
)
def test_a_card_or_an_address_of_ours_is_found(text: str) -> None:
    assert in_text(text) == IN_CARD


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("From: Jane\nSent: Monday\nTo: Bob Harris <bob@harris.example>\nSubject: B", id="English"),
        pytest.param("From: Jane Sent: Monday To: Bob Harris <bob@harris.example> Subject: B", id="on one line"),
        pytest.param("> *Von:* Jane\n> *An:* Bob Harris <bob@harris.example>", id="German, bold, quoted"),
        pytest.param("De : Jane\nDate : lundi\nÀ : bob@harris.example\nObjet : Chaudière", id="French"),
        pytest.param("Da: Jane\nInviato: lunedì\nA: Bob <bob@harris.example>\nOggetto: C", id="Italian"),
        pytest.param(
            "发件人：Jane\n发送时间：2026年11月23日 9:07\n收件人：Bob <bob@harris.example>", id="Chinese, wide colon"
        ),
        pytest.param("From | Jane\nTo | Bob Harris <bob@harris.example>\nSubject | B", id="a table"),
        pytest.param("Sent: Monday\nTo: alice@other.example, bob@harris.example\nSubject: B", id="without a sender"),
        pytest.param("From: Jane\n\nCc: Tom <tom@other.example>;\n Bob <bob@harris.example>", id="on a second line"),
        pytest.param(
            "Aika: 23.11.2026 9:07\nLähettäjä: Jane\nViestin saaja: x\nVastaanottaja: bob@harris.example", id="Finnish"
        ),
        pytest.param(
            "Imela: Jane Roe via Harris <support@harris.example>\nDeiz: 23.11.2026 9:07\n"
            "Da biv: Bob Harris <bob@harris.example>\nDanvez: B",
            id="an unknown language, by our own address above",
        ),
        pytest.param("Am 23.11. schrieb Bob Harris <bob@harris.example>:", id="an attribution"),
        pytest.param(
            "On Mon, 23 Nov 2026 at 09:07, Bob Harris <\nbob@harris.example> wrote:",
            id="an attribution, wrapped inside",
        ),
        pytest.param(
            "> On Mon, 23 Nov 2026 at 09:07, Bob Harris <bob@harris.example>\n> wrote:", id="an attribution, wrapped"
        ),
        pytest.param("2026年11月23日(月) 9:07 Bob Harris <bob@harris.example>:", id="an attribution without a word"),
        pytest.param("Harris <support@harris.example> to Bob <bob@harris.example> wrote:", id="an attribution with us"),
        pytest.param("From: Jane\nSent: 1\nTo: Bob <b\u00adob@harris.example>", id="with a soft hyphen"),
    ],
)
def test_a_header_line_with_a_colleagues_address_is_found(text: str) -> None:
    assert in_text(text) == "the header of a quoted mail is in it, with the address bob@harris.example"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"At two, because {BECAUSE}.", id="the reason"),
        pytest.param(f"At two.\n> because it is about Repairs\n> {BECAUSE.partition('Repairs ')[2]}", id="wrapped"),
        pytest.param("Earlier: invoice 2207 again (in June 2025, unhappy)", id="an earlier subject, as on the card"),
        pytest.param("> Invoice 2207\n> again (in\n> June 2025)\n> x", id="an earlier subject, wrapped"),
        pytest.param("Earlier: Boiler (in May), Invoice 2207 again (today)", id="an earlier subject of today"),
        pytest.param('Yours, because it is about Repairs ("boiler").', id="the reason, as its owner reads it"),
    ],
)
def test_words_of_the_card_are_found(text: str) -> None:
    assert in_text(text).startswith("it repeats what only colleagues read: “")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(
            "I'll come at two.\n\nBob Harris\nTel: 0161 496 0123\nEmail: bob@harris.example", id="a signature"
        ),
        pytest.param("Bob Harris\nHarris Heating | bob@harris.example | 0161 496 0123", id="a signature on one line"),
        pytest.param("E: bob@harris.example\nM: 07700 900123", id="a short signature"),
        pytest.param("Write to me directly: bob@harris.example", id="an address in a sentence"),
        pytest.param("From: Jane\nSent: 1\nTo: Tom <tom@other.example>\nSubject: B", id="somebody else's address"),
        pytest.param("To: bob@harris.example", id="one label"),
        pytest.param("À : bob@harris.example", id="one label, French"),
        pytest.param("Please write:\nTo: bob@harris.example\nSubject: Photos of the boiler", id="how to write"),
        pytest.param("Alice <alice@harris.example> wrote:", id="an attribution without a date"),
        pytest.param("As you wrote about invoice 2207 again, yes.", id="an earlier subject in a sentence"),
        pytest.param("Invoice 2207 again (attached) is paid", id="an earlier subject with a bracket"),
        pytest.param("Invoice 2207 again (in March) was wrong", id="an earlier subject with a month, in a sentence"),
        pytest.param("Invoice 2207 again (today)", id="an earlier subject with a day"),
        pytest.param("The Thermostat (in March)", id="a short subject"),
        pytest.param("Use the [card reader] or [card 12].", id="other cards"),
        pytest.param("2+2 makes four. Then support+boiler@harris.example", id="other plus signs"),
    ],
)
def test_ordinary_words_pass(text: str) -> None:
    assert in_text(text) == ""


# --- in files --------------------------------------------------------------------------------------------------

FORWARD = a_mail(CARD, Reply_To=SIGNED)
INSIDE = EmailMessage()
INSIDE.set_content("see")
INSIDE.add_attachment(FORWARD)
AS_FILE = EmailMessage()
AS_FILE.set_content("see")
AS_FILE.add_attachment(FORWARD.as_bytes(), "application", "octet-stream", filename="f.eml")


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param(a_file(FORWARD.as_bytes(), "Boiler.eml", "message/rfc822"), id="a forward"),
        pytest.param(a_file(FORWARD.as_bytes(), "Boiler.EML"), id="known by its name"),
        pytest.param(a_file(FORWARD.as_bytes()), id="known by how it begins"),
        pytest.param(a_file(a_mail(html=f"<p>{CARD}</p>").as_bytes(), "a.eml"), id="in its HTML"),
        pytest.param(a_file(a_mail(Reply_To=f"Jane <{SIGNED}>").as_bytes(), "a.eml"), id="in its header"),
        pytest.param(a_file(INSIDE.as_bytes(), "a.eml", "message/rfc822"), id="a forward in a mail"),
        pytest.param(a_file(AS_FILE.as_bytes(), "a.eml", "message/rfc822"), id="a forward as a file of a mail"),
        pytest.param(a_file(CARD, "ATT00001.txt", "text/plain"), id="text"),
        pytest.param(a_file(CARD, "ATT00001"), id="text without a type"),
        pytest.param(a_file(CARD.encode("utf-16"), "a.txt", "text/plain"), id="UTF-16"),
        pytest.param(a_file(CARD.encode("utf-16-le"), "a.txt", "text/plain"), id="UTF-16 without its mark"),
        pytest.param(a_file(CARD.replace("-", "&#45;"), "a.htm", "text/html"), id="HTML with entities"),
        pytest.param(a_file("<p>[card <b>K7Q</b>-3MD]", "a.html"), id="HTML with tags inside"),
        pytest.param(a_file(f'<a href="mailto:{SIGNED}">Jane</a>', "a.html"), id="HTML with a link"),
        pytest.param(
            a_file("BEGIN:VCALENDAR\r\nDESCRIPTION:At two\\n[card K7Q\r\n -3MD]\r\n", "i.ics", "text/calendar"),
            id="an invitation",
        ),
    ],
)
def test_a_card_in_a_file_is_found(attachment: Attachment) -> None:
    assert in_file(attachment) == f"in the file {attachment.ref.name}: {IN_CARD}"


def test_a_card_in_a_files_name_is_found() -> None:
    assert in_file(a_file(b"\xff\xd8\x00", "Re [card K7Q-3MD].jpg", "image/jpeg")) == IN_CARD


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param(a_file(a_mail(To="Bob <bob@harris.example>").as_bytes(), "a.eml"), id="a mail's header"),
        pytest.param(
            a_file("<b>From:</b> Jane<br><b>To:</b> Bob &lt;bob@harris.example&gt;<br>", "a.html", "text/html"),
            id="HTML",
        ),
        pytest.param(
            a_file(a_mail(From="s@x.example", Delivered_To="bob@harris.example").as_bytes(), "a.eml"),
            id="where it went",
        ),
    ],
)
def test_a_colleagues_address_in_a_quoted_header_in_a_file_is_found(attachment: Attachment) -> None:
    assert in_file(attachment).endswith("the header of a quoted mail is in it, with the address bob@harris.example")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("winmail.dat", "application/ms-tnef"),
        ("WINMAIL.DAT", "application/octet-stream"),
        ("Boiler.msg", "application/octet-stream"),
        ("Boiler", "application/vnd.ms-outlook"),
        ("smime.p7m", "application/pkcs7-mime"),
    ],
)
def test_a_sealed_mail_never_passes(name: str, kind: str) -> None:
    assert in_file(a_file(b"\0\1", name, kind)) == f"{name} may hold a whole mail, and it cannot be looked into here"


def test_a_sealed_mail_inside_a_mail_does_not_pass_either() -> None:
    mail = a_mail()
    mail.add_attachment(b"\0", "application", "ms-tnef", filename="winmail.dat")
    assert "winmail.dat may hold a whole mail" in in_file(a_file(mail.as_bytes(), "a.eml"))


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param(a_file(b"%PDF-1.7\n[card K7Q-3MD]", "offer.pdf", "application/pdf"), id="a PDF"),
        pytest.param(a_file(b"\xff\xd8\xff\xe0\x00", "boiler.jpg", "image/jpeg"), id="a photo"),
        pytest.param(a_file(b"PK\x03\x04\x00", "manual.docx"), id="a document"),
        pytest.param(a_file(b"%PDF-1.7\n[card K7Q-3MD]", "offer.PDF"), id="a PDF without a type"),
        pytest.param(a_file("Turn off the tap.\nCall bob@harris.example", "steps.txt", "text/plain"), id="a text"),
        pytest.param(a_file("<p>Prices from 20:00</p>", "prices.html", "text/html"), id="a page"),
        pytest.param(a_file("a,b\n1,2", "list.csv", "text/csv"), id="a table"),
        pytest.param(
            a_file("BEGIN:VCALENDAR\r\nORGANIZER;CN=Bob:mailto:bob@harris.example\r\nDTSTART:1\r\n", "i.ics"),
            id="an invitation of his own",
        ),
        pytest.param(a_file("BEGIN:VCARD\nEMAIL;TYPE=work:bob@harris.example\n", "bob.vcf"), id="his business card"),
        pytest.param(
            a_file(
                "BEGIN:VCALENDAR\nDTSTAMP:20261123T090700Z\nDESCRIPTION:From: 9\\nTo: bob@harris.example\n", "i.ics"
            ),
            id="an invitation with a description",
        ),
        pytest.param(a_file("from,to,date\nFrom: Jane,To: bob@harris.example,Date: 1", "rota.csv"), id="a rota"),
        pytest.param(
            a_file(b"%PDF", "Invoice 2207 again (in March).pdf", "application/pdf"), id="a name with a subject"
        ),
        pytest.param(a_file(a_mail("Part 12 is in.").as_bytes(), "a.eml", "message/rfc822"), id="a supplier's mail"),
        pytest.param(a_file(b"", "empty.txt", "text/plain"), id="nothing"),
    ],
)
def test_ordinary_files_pass(attachment: Attachment) -> None:
    assert in_file(attachment) == ""


SIGNATURE = "\n\nBob Harris\nHarris Heating\n"


@pytest.mark.parametrize(
    "text",
    [
        f"At two.{SIGNATURE}Direct: bob@harris.example\nOffice: support@harris.example",
        f"At two.{SIGNATURE}Direct: bob@harris.example\nOffice: support@harris.example\nTel: 0161 496 2026 (9:00)",
        f"At two.{SIGNATURE}A: 12 High Street, Manchester | E: bob@harris.example | T: 0161 496 0123",
        f"At two.{SIGNATURE}A: 12 High Street\nT: 0161 496 0123\nE: bob@harris.example\nW: harris.example",
        f"At two.{SIGNATURE}Email: Bob Harris <bob@harris.example>\nDate: 24 November 2026 14:00",
        f"At two.{SIGNATURE}Office: Us <support@harris.example>\nMine: Bob <bob@harris.example>\nTel: 0161 496 2026",
        "Write to us directly:\nRepairs: bob@harris.example\nInvoices: alice@harris.example",
        "Repairs: Bob <bob@harris.example>\nInvoices: Alice <alice@harris.example>\nElse: support@harris.example",
        "You can reach Alice (alice@harris.example) on these days:\nMonday, Tuesday",
        "Alice (alice@harris.example) can come on 24.11.2026 at 14:00, and needs:\n- the key",
        "Ask Alice <alice@harris.example> about:\n- prices\n- dates",
        "When: Tuesday 24 November 2026 at 14:00\nWho: Bob Harris, bob@harris.example\nWhere: your kitchen",
        "Date: Tuesday\nFrom: 14:00\nTo: 16:00\nEngineer: Bob Harris <bob@harris.example>",
        "When: 24 November 2026, 14:00\nOffice: support@harris.example\nWho: Bob <bob@harris.example>",
        "To: Jane Roe\nFrom: Bob Harris, bob@harris.example\nDate: 24 November 2026\nRe: your boiler",
        "Your invoice 2207 again (attached) is paid.",
        "Please copy in alice@harris.example, and CC: bob@harris.example.",
        "CC: bob@harris.example, please.",
        "I've asked Alice <alice@harris.example>; she wrote on 23.11.2026 at 9:07 that the part is in.",
        "Subject: your boiler. Best write to bob@harris.example",
        "Contact: bob@harris.example\nSubject: Boiler 2026\nThank you!",
        "Bank: DE99 1234\nReference: 2207\nQuestions: alice@harris.example",
        "Login: jane@customer.example\nHelp: bob@harris.example\nSince: 23.11.2026 9:07",
        "Order: 4711\nDate: 23.11.2026\nContact: Bob Harris <bob@harris.example>",
        "Teams meeting\nOrganizer: Bob Harris <bob@harris.example>\nWhen: Tuesday, 24 November 2026 14:00-15:00",
        "Hallo,\n\num zwei.\n\nBob Harris\nTelefon: 0161\nE-Mail: bob@harris.example\nBüro: support@harris.example",
        "Schreiben Sie\nan: bob@harris.example\nBetreff: Heizung",
        "Termin: 24.11.2026, 14:00 Uhr\nTechniker: Bob Harris (bob@harris.example)\nDauer: 1 h",
        "Datum: 24.11.2026\nBetreff: Ihre Heizung\nAnsprechpartner: bob@harris.example",
        "Bonjour,\n\nà 14 h.\n\nBob Harris\nTél. : 0161\nCourriel : bob@harris.example",
        "Écrivez\nà : bob@harris.example\nObjet : chaudière",
        "A : bob@harris.example",
        "De 9h à 12h : bob@harris.example",
        "Hola\na las dos.\n\nBob Harris\nTel.: 0161\nCorreo: bob@harris.example\nOficina: support@harris.example",
        "Horario: de 9:00 a 14:00\nContacto: bob@harris.example\nPara: reparaciones",
        "Ciao,\n\nalle due.\n\nBob Harris\nTel: 0161\nE-mail: bob@harris.example\nUfficio: support@harris.example",
        "Da lunedì a venerdì: bob@harris.example",
        "Goedemorgen,\n\nom twee uur.\n\nBob Harris\nT: 0161\nE: bob@harris.example\nvan: Harris Heating",
        "Aan: bob@harris.example",
        "14時です。\n\nBob Harris\n電話：0161\nメール：bob@harris.example",
        "Klockan två.\n\nBob Harris\nTel: 0161\nE-post: bob@harris.example\nKontor: support@harris.example",
        "O drugiej.\n\nBob Harris\nTel.: 0161\nE-mail: bob@harris.example\nBiuro: support@harris.example",
        "| Repairs | bob@harris.example |\n| Invoices | alice@harris.example |",
        "To | 12 High Street | bob@harris.example",
        "Bob <bob@harris.example>\nDirect line: 0161 496 0123\nEmergency: 07700 900123",
    ],
)
def test_an_everyday_answer_is_not_held(text: str) -> None:
    assert in_text(text) == ""


def test_a_mail_beyond_measure_is_looked_into_as_text() -> None:
    mail = b"Subject: x\r\n\r\n" + b"--b\r\n" * 2000 + CARD.encode()
    assert in_file(a_file(mail, "a.eml")) == f"in the file a.eml: {IN_CARD}"


def test_more_files_than_can_be_looked_into_are_held() -> None:
    many = [a_file("fine", f"{number}.txt") for number in range(FILES_LIMIT + 1)]
    assert found("See", many[1:], STAFF) == ""
    assert found("See", many, STAFF) == "its files hold more text than can be looked into here"
    large = [a_file("fine " * 200_000, f"{number}.txt") for number in range(5)]
    assert found("See", large, STAFF) == "its files hold more text than can be looked into here"
    assert found(CARD, large, STAFF) == IN_CARD
    photos = [a_file(b"\xff\xd8\x00", f"{number}.jpg", "image/jpeg") for number in range(200)]
    assert found("See", photos, STAFF) == ""


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("smime.p7s", "application/pkcs7-signature", True),
        ("smime.p7s", "application/octet-stream", True),
        ("file-1.bin", "application/x-pkcs7-signature", True),
        ("OpenPGP_signature.asc", "application/pgp-signature", True),
        ("signature.asc", "application/octet-stream", True),
        ("signature.png", "image/png", False),
        ("smime.p7m", "application/pkcs7-mime", False),
        ("contract.p7s.pdf", "application/pdf", False),
    ],
)
def test_the_signature_of_the_mail_itself_need_not_be_passed_on(name: str, kind: str, expected: bool) -> None:
    assert droppable(AttachmentRef(name, kind, 1, "parts/x/1")) is expected
