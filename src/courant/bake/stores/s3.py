"""Public files in an S3 bucket, or in what speaks its language: R2, B2, MinIO, Garage.

Names are final: a bucket knows no rename, and needs none, for an object appears whole or not at
all. Needs `pip install courant[s3]`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from courant.bake.stores.base import Store, checked
from courant.lib.batches import batched
from courant.lib.compression import ENDINGS, forms_fit
from courant.lib.content import CODINGS, FOR_EVER, HASHED, PAGE, content_type

MANY = 1000  # names that one request deletes at most
CONNECT, ANSWER = 5, 30  # seconds
WHAT_TO_DO = {
    "NoSuchBucket": "Make it, or mend `bucket` in courant.toml.",
    "AccessDenied": "Let the key read, list, write and delete there.",
    "403": "Let the key read, list, write and delete there.",
    "InvalidAccessKeyId": "Mend `bucket_key`.",
    "SignatureDoesNotMatch": "Mend `bucket_secret`, and see whether this machine's clock is right.",
    "SlowDown": "It is tried again more slowly.",
}


class S3Store(Store):
    """`prefix` is what all names begin with, ending in a slash, or nothing.

    Without `coded` no compressed forms lie beside the files, and nobody looks for them.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "", *, coded: bool = True) -> None:
        self.client, self.bucket, self.prefix, self.coded = client, bucket, prefix, coded

    def paths(self) -> Iterator[str]:
        for key in self._keys():
            if not key.endswith(ENDINGS):
                yield key

    def read(self, path: str) -> bytes | None:
        from botocore.exceptions import ClientError

        with self._asking(path):
            try:
                return self.client.get_object(**self._named(checked(path)))["Body"].read()
            except ClientError as error:
                if _is_missing(error):
                    return None
                raise

    def variants_fit(self, path: str, data: bytes) -> bool:
        forms = {ending: self.read(path + ending) for ending in ENDINGS}
        return forms_fit(path, data, {e: form for e, form in forms.items() if form is not None})

    def put(self, path: str, data: bytes, variants: Mapping[str, bytes]) -> None:
        checked(path)
        for ending, form in variants.items():
            self.put_variant(path, ending, form)
        self._put(path, data)
        if self.coded and (variants or self._has_variants(path)):
            self.delete_many([path + ending for ending in ENDINGS if ending not in variants])

    def put_variant(self, path: str, ending: str, data: bytes) -> None:
        self._put(path + ending, data, like=path, ContentEncoding=CODINGS[ending])

    def put_file(self, path: str, source: Path) -> None:
        with source.open("rb") as file:
            self._put(path, file)

    def has_file(self, path: str, source: Path) -> bool:
        from botocore.exceptions import ClientError

        with self._asking(path):
            try:
                head = self.client.head_object(**self._named(checked(path)))
            except ClientError as error:
                if _is_missing(error):
                    return False
                raise
        return bool(head["ContentLength"] == source.stat().st_size)

    def delete(self, path: str) -> None:
        self.delete_many([checked(path), *(path + ending for ending in ENDINGS)])

    def delete_many(self, paths: Sequence[str]) -> None:
        """Take exactly these away, without their variants; what is not there is no error."""
        for some in batched(paths, MANY):
            objects = [{"Key": self.prefix + checked(path)} for path in some]
            with self._asking(some[0]):
                told = self.client.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True}
                )
            for left in told.get("Errors", ())[:1]:
                raise OSError(f"{self._where(left['Key'])} cannot be deleted: {left['Message']}.")

    def flush(self) -> None:
        """An object is durable once it was put."""

    def _keys(self) -> Iterator[str]:
        with self._asking(""):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self.prefix)

    def _has_variants(self, path: str) -> bool:
        with self._asking(path):
            found = self.client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix + path + ".")
        return bool(found.get("KeyCount"))

    def _put(self, path: str, body: Any, like: str = "", **facts: str) -> None:
        name = like or path
        with self._asking(path):
            self.client.put_object(
                **self._named(checked(path)),
                Body=body,
                ContentType=content_type(name),
                CacheControl=FOR_EVER if name.startswith(HASHED) else PAGE,
                **facts,
            )

    def _named(self, path: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + path}

    def _where(self, path: str) -> str:
        return f"{path or 'The list of files'} in the bucket {self.bucket!r}"

    @contextmanager
    def _asking(self, path: str) -> Iterator[None]:
        """Whatever the service answers becomes one OSError with a sentence."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            told = error.response.get("Error", {})
            code = str(told.get("Code", ""))
            advice = WHAT_TO_DO.get(code, "It is tried again.")
            reason = f"{code}: {told.get('Message', '')}".strip(": .")
            raise OSError(f"{self._where(path)}: the service says {reason}. {advice}") from error
        except BotoCoreError as error:
            raise OSError(f"{self._where(path)}: {error}. It is tried again.") from error


def client(*, endpoint: str = "", region: str = "", key: str = "", secret: str = "") -> Any:
    """A client that gives up after half a minute. Raises OSError where boto3 is not installed."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise OSError("A bucket needs boto3: pip install 'courant[s3]'.") from error
    retries = {"mode": "standard", "max_attempts": 3}
    patience = Config(
        retries=retries, connect_timeout=CONNECT, read_timeout=ANSWER, max_pool_connections=16
    )
    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or None,
        aws_access_key_id=key or None,
        aws_secret_access_key=secret or None,
        config=patience,
    )


def _is_missing(error: Any) -> bool:
    return error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "NotFound")
