"""Letters to SES: one attempt each, and an honest answer to "did it leave?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.ports import NotSent, Outcome, Sent, Unknown

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sesv2.type_defs import SendEmailRequestTypeDef

REFUSED_FOR_GOOD = frozenset(
    ("MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException", "NotFoundException")
)
"""The same letter again would be refused again. Any other error SES answers passes: a throttle, a pause, an outage."""

PERHAPS_TAKEN = frozenset((500, 502, 504))
"""Statuses that say nothing of the letter: what answers so may have handed it on before. A 503 has not."""


class SesSender:
    """ports.Sender by SESv2. Its client must have one attempt: `clients.ses`."""

    def __init__(self, client: SESV2Client, configuration_set: str = "") -> None:
        self._client = client
        self._configuration_set = configuration_set

    def send(self, mime: bytes, sender: str, to: str, letter: str, thread_id: str) -> Outcome:
        """SES's answer. Unknown when the request may have arrived and the answer did not."""
        try:
            answer = self._client.send_email(**self._request(mime, sender, to, letter, thread_id))
        except Exception as error:
            outcome = _outcome(error)
            if outcome is None:
                raise
            return outcome
        return Sent(answer["MessageId"])

    def _request(self, mime: bytes, sender: str, to: str, letter: str, thread_id: str) -> SendEmailRequestTypeDef:
        tags = {"letter": letter, "thread": thread_id}
        request: SendEmailRequestTypeDef = {
            "FromEmailAddress": sender,
            "Destination": {"ToAddresses": [to]},  # named here, so that no header decides who gets it
            "Content": {"Raw": {"Data": mime}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items() if value],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request


def _outcome(error: Exception) -> Outcome | None:
    """What an error of the client says about the letter; None when it is none of the client's."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, SSLError

    match error:
        case ClientError() if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in PERHAPS_TAKEN:
            return Unknown(f"SES broke off ({error.response['Error']['Code']})")
        case ClientError():
            return _refusal(error)
        case HTTPClientError() | SSLError():
            return Unknown(f"the answer of SES got lost ({type(error).__name__})")
        case BotoCoreError():  # no connection, no credentials: nothing was sent yet
            return NotSent(f"SES could not be reached ({type(error).__name__})", again=True)
        case _:
            return None


def _refusal(error: ClientError) -> NotSent:
    """What SES said when it did not take the letter (SESv2 SendEmail, Errors)."""
    said = error.response.get("Error", {})
    code = said.get("Code", "no code")
    return NotSent(f"{code}: {said.get('Message', '')}".rstrip(": "), again=code not in REFUSED_FOR_GOOD)
