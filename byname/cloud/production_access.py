"""Asks AWS to let this account write to anybody (leaving the SES sandbox), with the words AWS wants to hear.

Source: SES developer guide, "Request production access": transactional mail, a website, how addresses are come by,
what happens to bounces and complaints.
"""

from __future__ import annotations

import click

from byname.cloud.account import Account, explained
from byname.cloud.domains import domains_of
from byname.cloud.footing import Footing
from byname.console import Console
from chalicelib.desk.team import Team


def use_case(team: Team) -> str:
    """What the letters are, in plain words. Pure."""
    addresses = ", ".join(box.address for box in team.mailboxes)
    return (
        f"{team.firm.name} answers its customers' own enquiries. Customers write to {addresses} or post the contact "
        "form on our website; each gets one acknowledgement that names the person who answers, and then that person's "
        "reply. Staff get the enquiries forwarded to them. There are no newsletters, no purchased lists and no "
        f"marketing. We send from our own domains ({', '.join(domains_of(team).sending)}) with DKIM, a custom MAIL "
        "FROM and DMARC. Bounces and complaints reach our application through an SES configuration set, SNS and SQS: a "
        "bounce is shown to the staff member, a complaint ends all automatic letters to that address, and the "
        "account-level suppression list is on. CloudWatch alarms watch the bounce and complaint rates."
    )


def check(team: Team, footing: Footing) -> None:
    """Before anything is done. Raises ClickException when the request would lack what AWS wants."""
    if footing.sandbox and footing.asked != "PENDING" and not team.firm.website:
        raise click.ClickException(
            'AWS wants a website with the request: write website = "https://…" under [firm] in team.toml, and run this '
            "again. Nothing was changed."
        )


def ask(account: Account, team: Team, footing: Footing, console: Console, yes: bool) -> str:
    """Puts the request in, after showing it. Returns how it stands, in a few words."""
    if not footing.sandbox:
        return "this account may write to anybody already"
    if footing.asked == "PENDING":
        return "AWS is looking at the request; its answer comes by mail to the account's address"
    check(team, footing)
    words = use_case(team)
    console.say(f"\nAsked of AWS:\n  Website: {team.firm.website}\n  Mail type: transactional\n  {words}\n")
    console.confirm("Send this request to AWS?", yes=yes)
    with explained("asking AWS for production access"):
        account.client("sesv2").put_account_details(
            MailType="TRANSACTIONAL",
            WebsiteURL=team.firm.website,
            ContactLanguage="EN",
            UseCaseDescription=words,
            ProductionAccessEnabled=True,
        )
    return "asked; AWS answers by mail to the account's address, mostly within a day"
