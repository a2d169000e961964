"""Writes missing DNS records into the firm's own hosted zones at Route 53, and never over what is there.

Source: Route 53 API reference, ChangeResourceRecordSets: CREATE fails when the record set exists, DELETE when it is not
exactly the one named, and of a batch all or nothing is done. So what changed between looking and writing is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from byname.cloud.account import Account, explained
from byname.cloud.look_up import LookUp
from byname.cloud.records import Purpose, Record
from byname.cloud.zone_file import TTL, quoted, value_of

RecordSet = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Zone:
    """A public hosted zone."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Writing:
    """One record to be written into a zone."""

    record: Record
    zone: Zone
    beside: RecordSet | None = None
    """The text that is there already and stays beside ours, exactly as it was read; None when there is none."""


@dataclass(frozen=True, slots=True)
class Plan:
    writings: tuple[Writing, ...]
    there: tuple[Record, ...]
    """Already in the zone, though DNS does not show it yet."""
    refused: tuple[tuple[Record, str], ...]
    """What cannot be written, and the mend."""


def plan(account: Account, records: Iterable[Record], look_up: LookUp, zone_id: str = "") -> Plan:
    """What writing these records would come to. Changes nothing."""
    zones = _zones(account)
    writings: list[Writing] = []
    there: list[Record] = []
    refused: list[tuple[Record, str]] = []
    for record in records:
        zone = _zone_for(record.name, zones, look_up, zone_id)
        if zone is None:
            refused.append((record, "this account has no public hosted zone for it: enter it where its DNS is kept"))
            continue
        match _against(record, zone, _at(account, zone, record.name)):
            case None:
                there.append(record)
            case Writing() as writing:
                writings.append(writing)
            case str(mend):
                refused.append((record, mend))
    return Plan(tuple(writings), tuple(there), tuple(refused))


def write(account: Account, writings: Iterable[Writing]) -> None:
    """Writes them, all of a zone or none, and returns when Route 53's servers have them.

    Raises ClickException when something there changed since it was read.
    """
    by_zone: dict[str, list[Writing]] = {}
    for writing in writings:
        by_zone.setdefault(writing.zone.id, []).append(writing)
    client = account.client("route53")
    for zone_id, batch in by_zone.items():
        with explained("writing DNS records"):
            try:
                change = client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=_batch(batch))
            except client.exceptions.InvalidChangeBatch as error:
                raise _changed_meanwhile(batch[0].zone, error) from error
            client.get_waiter("resource_record_sets_changed").wait(
                Id=change["ChangeInfo"]["Id"], WaiterConfig={"Delay": 2, "MaxAttempts": 60}
            )


def _batch(writings: Iterable[Writing]) -> Mapping[str, Any]:
    return {"Comment": "byname dns", "Changes": [change for writing in writings for change in _changes(writing)]}


def _changes(writing: Writing) -> Iterator[Mapping[str, Any]]:
    record, ours = writing.record, {"Value": _value(writing.record)}
    if writing.beside is None:
        fresh = {"Name": record.name, "Type": record.kind, "TTL": TTL, "ResourceRecords": [ours]}
    else:
        yield {"Action": "DELETE", "ResourceRecordSet": writing.beside}
        fresh = {**writing.beside, "ResourceRecords": [*writing.beside["ResourceRecords"], ours]}
    yield {"Action": "CREATE", "ResourceRecordSet": fresh}


def _changed_meanwhile(zone: Zone, error: Exception) -> click.ClickException:
    return click.ClickException(
        f"Somebody changed {zone.name} at Route 53 since it was read, so nothing was written there. Run this again: it "
        f"reads what is there now. (Route 53: {error})"
    )


def _zones(account: Account) -> list[Zone]:
    with explained("listing the hosted zones at Route 53"):
        pages = account.client("route53").get_paginator("list_hosted_zones").paginate()
        found = [zone for page in pages for zone in page["HostedZones"]]
    return [
        Zone(zone["Id"].rpartition("/")[2], zone["Name"].removesuffix("."))
        for zone in found
        if not zone.get("Config", {}).get("PrivateZone")
    ]


def _zone_for(name: str, zones: list[Zone], look_up: LookUp, zone_id: str) -> Zone | None:
    """The nearest zone above the name. Of several by the same name, the one that the world is pointed to."""
    above = [zone for zone in zones if name == zone.name or name.endswith(f".{zone.name}")]
    if zone_id:
        above = [zone for zone in above if zone.id == zone_id]
    if not above:
        return None
    longest = max(len(zone.name) for zone in above)
    nearest = [zone for zone in above if len(zone.name) == longest]
    if len(nearest) > 1:
        ids = ", ".join(zone.id for zone in nearest)
        raise click.ClickException(
            f"There are {len(nearest)} hosted zones called {nearest[0].name} ({ids}). The one in force has the name "
            f"servers that {', '.join(look_up.values(nearest[0].name, 'NS')) or 'your registrar'} "
            "names: choose it with --zone-id."
        )
    return nearest[0]


def delegation_warnings(account: Account, writings: Iterable[Writing], look_up: LookUp) -> list[str]:
    """A zone nobody is pointed to can be written for ever and nothing is seen: says which of them are like that."""
    warnings = []
    for zone in dict.fromkeys(writing.zone for writing in writings):
        with explained(f"asking Route 53 about {zone.name}"):
            answer = account.client("route53").get_hosted_zone(Id=zone.id)
        servers = {
            server.lower().removesuffix(".") for server in answer.get("DelegationSet", {}).get("NameServers", ())
        }
        in_force = set(look_up.all([(zone.name, "NS")])[zone.name, "NS"] or ())
        if in_force and servers and not in_force & servers:
            warnings.append(
                f"The world asks {', '.join(sorted(in_force))} about {zone.name}, not Route 53's zone {zone.id} "
                f"({', '.join(sorted(servers))}): what is written there is not seen. Enter the records where those "
                "servers are kept, or point your registrar to Route 53."
            )
    return warnings


def _at(account: Account, zone: Zone, name: str) -> list[RecordSet]:
    """Every record set at this very name. Names are listed in order, so the first other one ends it."""
    found: list[RecordSet] = []
    with explained(f"reading {zone.name} at Route 53"):
        pages = account.client("route53").get_paginator("list_resource_record_sets")
        for page in pages.paginate(HostedZoneId=zone.id, StartRecordName=name):
            for record_set in page["ResourceRecordSets"]:
                if record_set["Name"].lower().removesuffix(".") != name:
                    return found
                found.append(record_set)
    return found


def _against(record: Record, zone: Zone, at_name: list[RecordSet]) -> Writing | str | None:
    """What to write beside what is at the name; a mend when it cannot be; None when it is there."""
    alias = next((one for one in at_name if one["Type"] == "CNAME"), None)
    if alias is not None and record.kind != "CNAME":
        return f"Route 53 has a CNAME at {record.name}, and nothing can stand beside one: remove it, then try again"
    if record.kind == "CNAME" and any(one["Type"] != "CNAME" for one in at_name):
        return f"Route 53 has other records at {record.name}, and a CNAME cannot stand beside them: remove them first"
    same = [one for one in at_name if one["Type"] == record.kind]
    if not same:
        return Writing(record, zone)
    if len(same) > 1 or "AliasTarget" in same[0] or "SetIdentifier" in same[0]:
        return f"Route 53 has an alias or a routing policy at {record.name}: enter this one by hand"
    values = tuple(one["Value"] for one in same[0].get("ResourceRecords", ()))
    if _value(record) in values or _value(record) in map(_dotted, values):
        return None
    if record.kind != "TXT":
        return f"Route 53 has {record.kind} {', '.join(values)} at {record.name}: change it there if it may go"
    return _beside(record, zone, same[0], values)


def _beside(record: Record, zone: Zone, there: RecordSet, values: tuple[str, ...]) -> Writing | str | None:
    """Text may stand beside other text, but there is one DMARC policy and one SPF record."""
    begins = '"v=dmarc1' if record.purpose is Purpose.DMARC else '"v=spf1'
    own = [value for value in values if value.lower().startswith(begins)]
    if own and record.purpose is Purpose.DMARC:
        return None
    if own:
        return f"Route 53 has {own[0]} at {record.name}: put include:amazonses.com into it"
    return Writing(record, zone, there)


def _value(record: Record) -> str:
    return quoted(record.value) if record.kind == "TXT" else value_of(record)


def _dotted(value: str) -> str:
    """Route 53 takes host names with and without the last dot."""
    return value if value.endswith((".", '"')) else f"{value.lower()}."
