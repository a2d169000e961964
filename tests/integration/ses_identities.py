"""Identities, the account and its suppression list as SES keeps them. Part of `ses_control`; names are boto3's."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.integration.ses_receipt_rules import SesError

ACCOUNT = "000000000000"
SANDBOX = {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}
PRODUCTION = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}

Answer = Mapping[str, Any]


@dataclass
class Account:
    """What a test may set: production or sandbox, sending on or off, under review, which plan."""

    production: bool = True
    sending: bool = True
    enforcement: str = "HEALTHY"
    """HEALTHY, PROBATION or SHUTDOWN."""
    plan: str = "NONE"
    next_plan: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    """What PutAccountDetails left, with `ReviewDetails` once it was asked for."""

    def get_account(self) -> Answer:
        plan = {"CurrentPlan": self.plan} | ({"NextPlan": self.next_plan} if self.next_plan else {})
        return {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": self.enforcement,
            "ProductionAccessEnabled": self.production,
            "SendQuota": PRODUCTION if self.production else SANDBOX,
            "SendingEnabled": self.sending,
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
            "PricingAttributes": plan,
        } | ({"Details": self.details} if self.details else {})

    def put_account_details(self, **details: Any) -> None:
        if self.details.get("ReviewDetails", {}).get("Status") == "PENDING":
            raise SesError("ConflictException", "There is already an ongoing review of your account details.", 409)
        if details.get("MailType") not in ("MARKETING", "TRANSACTIONAL") or not details.get("WebsiteURL"):
            raise SesError("BadRequestException", "MailType and WebsiteURL are required.")
        wanted = details.pop("ProductionAccessEnabled", False)
        self.details = details | ({"ReviewDetails": {"Status": "PENDING", "CaseId": "1"}} if wanted else {})

    def put_account_pricing_attributes(self, Plan: str) -> None:  # noqa: N803 - as the request says it
        self.next_plan = Plan

    def put_account_sending_attributes(self, SendingEnabled: bool = False) -> None:  # noqa: N803
        self.sending = SendingEnabled


class Identities:
    """`by_name` holds each identity as GetEmailIdentity answers it; a test may change it there."""

    def __init__(self, region: str) -> None:
        self.by_name: dict[str, dict[str, Any]] = {}
        self._region = region

    def create_email_identity(self, EmailIdentity: str, Tags: Any = (), **_: Any) -> Answer:  # noqa: N803
        if EmailIdentity in self.by_name:
            raise SesError("AlreadyExistsException", f"Email identity {EmailIdentity} already exist.")
        self.by_name[EmailIdentity] = identity = an_identity(EmailIdentity, list(Tags))
        return {name: identity[name] for name in ("IdentityType", "VerifiedForSendingStatus", "DkimAttributes")}

    def get_email_identity(self, name: str) -> Answer:
        if name not in self.by_name:
            raise SesError("NotFoundException", f"Email identity {name} does not exist.", 404)
        return self.by_name[name]

    def delete_email_identity(self, name: str) -> None:
        self.get_email_identity(name)
        del self.by_name[name]

    def list_email_identities(self, **_: Any) -> Answer:
        told = ("IdentityType", "VerificationStatus")
        found = [
            {"IdentityName": name, "SendingEnabled": identity["VerifiedForSendingStatus"]}
            | {key: identity[key] for key in told}
            for name, identity in sorted(self.by_name.items())
        ]
        return {"EmailIdentities": found}

    def put_email_identity_mail_from_attributes(
        self,
        name: str,
        MailFromDomain: str = "",  # noqa: N803
        BehaviorOnMxFailure: str = "USE_DEFAULT_VALUE",  # noqa: N803
    ) -> None:
        self.get_email_identity(name)
        if MailFromDomain and not MailFromDomain.endswith(f".{name}"):
            words = f"Provided MAIL-FROM domain <{MailFromDomain}> is not subdomain of the domain of the identity"
            raise SesError("BadRequestException", f"{words} <{name}>.")
        status = {"MailFromDomainStatus": "PENDING"} if MailFromDomain else {}
        self.by_name[name]["MailFromAttributes"] = {
            "MailFromDomain": MailFromDomain,
            "BehaviorOnMxFailure": BehaviorOnMxFailure,
        } | status

    def put_email_identity_dkim_attributes(self, name: str, SigningEnabled: bool = False) -> None:  # noqa: N803
        self.get_email_identity(name)
        self.by_name[name]["DkimAttributes"]["SigningEnabled"] = SigningEnabled

    def put_email_identity_dkim_signing_attributes(self, name: str, **_: Any) -> Answer:
        self.get_email_identity(name)
        dkim = self.by_name[name]["DkimAttributes"]
        dkim["Status"] = self.by_name[name]["VerificationStatus"] = "PENDING"
        return {"DkimStatus": "PENDING", "DkimTokens": dkim["Tokens"]}

    def list_tags_for_resource(self, ResourceArn: str) -> Answer:  # noqa: N803
        return {"Tags": self.get_email_identity(ResourceArn.rpartition("/")[2])["Tags"]}

    def tag_resource(self, ResourceArn: str, Tags: list[Mapping[str, str]]) -> None:  # noqa: N803
        identity = self.by_name[ResourceArn.rpartition("/")[2]]
        fresh = {tag["Key"] for tag in Tags}
        identity["Tags"] = [tag for tag in identity["Tags"] if tag["Key"] not in fresh] + Tags

    def verify(self, name: str) -> None:
        """As if the records of this domain had been seen."""
        identity = self.by_name[name]
        identity["VerifiedForSendingStatus"], identity["VerificationStatus"] = True, "SUCCESS"
        identity["DkimAttributes"]["Status"] = "SUCCESS"
        if identity.get("MailFromAttributes", {}).get("MailFromDomain"):
            identity["MailFromAttributes"]["MailFromDomainStatus"] = "SUCCESS"


def an_identity(name: str, tags: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """A domain just named to SES, with its three DKIM tokens."""
    return {
        "IdentityType": "EMAIL_ADDRESS" if "@" in name else "DOMAIN",
        "FeedbackForwardingStatus": True,
        "VerifiedForSendingStatus": False,
        "VerificationStatus": "PENDING",
        "DkimAttributes": {
            "SigningEnabled": True,
            "Status": "PENDING",
            "Tokens": [hashlib.sha256(f"{name} {n}".encode()).hexdigest()[:32] for n in (1, 2, 3)],
            "SigningAttributesOrigin": "AWS_SES",
            "NextSigningKeyLength": "RSA_2048_BIT",
            "CurrentSigningKeyLength": "RSA_2048_BIT",
        },
        "MailFromAttributes": {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"},
        "Tags": tags or [],
    }


class Suppressed:
    """Address → why SES no longer writes there: BOUNCE or COMPLAINT."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    def put_suppressed_destination(self, EmailAddress: str, Reason: str, **_: Any) -> None:  # noqa: N803
        self.reasons[EmailAddress] = Reason

    def get_suppressed_destination(self, address: str, **_: Any) -> Answer:
        if address not in self.reasons:
            raise SesError(
                "NotFoundException", f"Email address {address} does not exist on your suppression list.", 404
            )
        return {"SuppressedDestination": self._told(address)}

    def delete_suppressed_destination(self, address: str, **_: Any) -> None:
        self.get_suppressed_destination(address)
        del self.reasons[address]

    def list_suppressed_destinations(self, **_: Any) -> Answer:
        return {"SuppressedDestinationSummaries": [self._told(address) for address in sorted(self.reasons)]}

    def _told(self, address: str) -> Answer:
        return {"EmailAddress": address, "Reason": self.reasons[address], "LastUpdateTime": time.time()}
