"""The bucket that CloudFormation takes code and template from: private, ours, named after the stack.

Code lies under the hash of its content, so the same code is uploaded once and changes no stack. It is not left to
expire by age: the code in use may be old, and CloudFormation needs it to go back when an update fails. After a
deployment all but the newest few are deleted instead.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from byname.cloud.account import Account, explained
from byname.cloud.identity import TAG

KEPT = 5
"""Zips: the one in use, the ones before it."""
CODE, TEMPLATES = "code/", "templates/"


def bucket_name(account: Account, stack: str) -> str:
    return f"{stack}-artifacts-{account.id}-{account.region}"


def exists(account: Account, bucket: str) -> bool:
    """Raises ClickException when somebody else's account has a bucket of that name."""
    s3 = account.client("s3")
    with explained(f"looking for the bucket {bucket}"):
        try:
            s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account.id)
        except s3.exceptions.ClientError as error:
            match error.response["Error"]["Code"]:
                case "404" | "NoSuchBucket":
                    return False
                case "403" | "AccessDenied":
                    raise click.ClickException(
                        f"The bucket {bucket} is not yours, or these credentials may not use it. Use credentials that "
                        "may, or choose another name with --stack."
                    ) from error
                case _:
                    raise
    return True


def ensure(account: Account, stack: str) -> str:
    """Makes the bucket when it is missing. Returns its name."""
    bucket, s3 = bucket_name(account, stack), account.client("s3")
    if exists(account, bucket):
        return bucket
    where: dict[str, Any] = {}
    if account.region != "us-east-1":  # the one region that must not be named
        where["CreateBucketConfiguration"] = {"LocationConstraint": account.region}
    with explained(f"making the bucket {bucket}"):
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=bucket, **where)
        _close(s3, bucket)
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": TAG, "Value": stack}]})
    return bucket


def _close(s3: Any, bucket: str) -> None:
    """Private and encrypted, as new buckets are anyway; templates go after a month."""
    shut = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(shut, True))
    aes = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [aes]})
    old_templates = {"ID": "templates-go", "Status": "Enabled", "Filter": {"Prefix": TEMPLATES}}
    unfinished = {"ID": "unfinished-uploads-go", "Status": "Enabled", "Filter": {"Prefix": ""}}
    rules = [
        {**old_templates, "Expiration": {"Days": 30}},
        {**unfinished, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def key_of(code: Path) -> str:
    """Where this zip belongs: `code/<hash>.zip`."""
    return f"{CODE}{hashlib.sha256(code.read_bytes()).hexdigest()[:32]}.zip"


def upload(account: Account, bucket: str, code: Path) -> bool:
    """Uploads the zip unless its like is there. Returns whether it had to."""
    s3, key = account.client("s3"), key_of(code)
    with explained("uploading the code"):
        try:
            s3.head_object(Bucket=bucket, Key=key)
            return False
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
                raise
        s3.upload_file(str(code), bucket, key)
    return True


def put_template(account: Account, bucket: str, template: str) -> str:
    """Puts a template where CloudFormation can fetch it. Returns its URL."""
    s3, content = account.client("s3"), template.encode()
    key = f"{TEMPLATES}{hashlib.sha256(content).hexdigest()[:32]}.template"
    with explained("uploading the template"):
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"{s3.meta.endpoint_url.rstrip('/')}/{bucket}/{key}"


def prune(account: Account, bucket: str, in_use: str) -> int:
    """Deletes all but the newest zips and the one in use. Returns how many went."""
    s3 = account.client("s3")
    with explained("clearing old code away"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=CODE)
        found = sorted((item["LastModified"], item["Key"]) for page in pages for item in page.get("Contents", ()))
        old = [key for _, key in found[:-KEPT] if key != in_use]
        for key in old:
            s3.delete_object(Bucket=bucket, Key=key)
    return len(old)


def empty(account: Account, bucket: str) -> int:
    """Deletes everything in a bucket, old versions as well. Returns how many objects and versions went."""
    s3, gone = account.client("s3"), 0
    with explained(f"emptying the bucket {bucket}"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if found:
                objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
                answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
                if answer.get("Errors"):
                    first = answer["Errors"][0]
                    raise click.ClickException(f"{bucket}/{first['Key']} stays: {first.get('Message', '')}")
                gone += len(found)
    return gone


def remove(account: Account, bucket: str) -> int:
    """Empties and deletes a bucket. Returns how many objects went; nothing when there is no such bucket."""
    if not exists(account, bucket):
        return 0
    gone = empty(account, bucket)
    with explained(f"deleting the bucket {bucket}"):
        account.client("s3").delete_bucket(Bucket=bucket)
    return gone
