from byname.local.correspondence import File
from byname.local.forms import read_form

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"


def part(disposition: str, content: bytes, content_type: str = "") -> bytes:
    kind = f"\r\nContent-Type: {content_type}" if content_type else ""
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}{kind}\r\n\r\n".encode() + content + b"\r\n"


def test_a_plain_form_gives_its_fields_with_unix_line_ends() -> None:
    form = read_form("application/x-www-form-urlencoded", b"name=J%C3%BCrgen&text=a%0D%0Ab&empty=")
    assert (form.text("name"), form.text("text"), form.text("empty"), form.text("missing")) == (
        "Jürgen",
        "a\nb",
        "",
        "",
    )


def test_a_form_with_files_gives_both_and_leaves_bytes_alone() -> None:
    photo = b"\xff\xd8\x00\r\n--not-the-boundary\n"
    body = (
        part('name="text"', "Grüße\r\nJane".encode())
        + part('name="files"; filename="leak.jpg"', photo, "image/jpeg")
        + part('name="files"; filename=""', b"", "application/octet-stream")
        + f"--{BOUNDARY}--\r\n".encode()
    )
    form = read_form(f"multipart/form-data; boundary={BOUNDARY}", body)
    assert form.text("text") == "Grüße\nJane"
    assert form.files == (File("leak.jpg", "image/jpeg", photo),)


def test_a_one_line_field_holds_one_line() -> None:
    form = read_form("application/x-www-form-urlencoded", b"subject=+Boiler%0D%0ABcc:+x@y.example%00+")
    assert form.line("subject") == "BoilerBcc: x@y.example"


def test_rubbish_is_an_empty_form() -> None:
    assert read_form("multipart/form-data", b"\xff\x00").fields == {}
