"""Sends the test's own mails by SES, each once: a silent second try would be a second mail."""

from __future__ import annotations

import time
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from byname.cloud.account import Account
from byname.cloud.selftest.mails import Written
from byname.cloud.selftest.telling import Failed

REFUSALS = {
    "MessageRejected": "SES does not send for that sender, or not to that recipient: `byname doctor` shows whether the "
    "domain's identity is verified and whether the account is still in the SES sandbox.",
    "MailFromDomainNotVerifiedException": "The MAIL FROM domain's records are missing: `byname dns` lists them.",
    "SendingPausedException": "Sending is paused for this account or configuration set: see the SES console.",
    "AccountSuspendedException": "AWS has stopped this account's sending: see the messages in the AWS console.",
    "TooManyRequestsException": "SES's sending rate or daily quota is used up: wait, or ask AWS for a higher one.",
    "AccessDeniedException": "These credentials may not send: they need ses:SendEmail and ses:SendRawEmail.",
}
"""SES's error code → the mend."""
THROTTLES = ("TooManyRequestsException", "Throttling", "ThrottlingException")
PAUSES = (1.0, 2.0, 4.0, 0.0)
"""Seconds between tries while SES is too busy for us: in the sandbox it takes one mail a second, byname's included."""


class Posting:
    """SES's sending side, with the stack's configuration set, so that its events come to the stack's topic."""

    def __init__(self, account: Account, configuration_set: str) -> None:
        once = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1})
        self._ses: Any = account.session.client("sesv2", config=once)
        self._configuration_set = configuration_set

    def send(self, mail: Written) -> str:
        """SES's id of it. Raises Failed with what SES said."""
        for pause in PAUSES:
            try:
                return self._sent(mail)
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", "no code"))
                if code in THROTTLES and pause:  # it refused, so the same again is no second mail
                    time.sleep(pause)
                    continue
                causes = [REFUSALS[code]] if code in REFUSALS else []
                words = str(error.response.get("Error", {}).get("Message", "")).rstrip(".")
                raise Failed(f"SES did not take the mail: {code}: {words}".rstrip(": "), causes) from error
            except BotoCoreError as error:
                raise Failed(f"SES could not be reached ({type(error).__name__})", ["Try again."]) from error
        raise AssertionError("the last pause is none")

    def _sent(self, mail: Written) -> str:
        answer = self._ses.send_email(
            FromEmailAddress=mail.sender,
            Destination={"ToAddresses": [mail.to]},
            Content={"Raw": {"Data": mail.raw}},
            ConfigurationSetName=self._configuration_set,
        )
        return str(answer["MessageId"])
