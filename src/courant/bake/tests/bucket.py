"""A bucket on this machine: moto's server, asked over HTTP as the real ones are."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.server import ThreadedMotoServer

from courant.bake.stores import s3

NAME = "paper"
FACTS = {"region": "eu-west-1", "key": "k", "secret": "hidden"}


@contextmanager
def serving() -> Iterator[str]:
    """The service's address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def make_bucket(endpoint: str) -> Any:
    """An empty bucket; returns the client."""
    client = s3.client(endpoint=endpoint, **FACTS)
    found = [b["Name"] for b in client.list_buckets()["Buckets"]]
    if NAME in found:
        for each in client.list_objects_v2(Bucket=NAME).get("Contents", ()):
            client.delete_object(Bucket=NAME, Key=each["Key"])
    else:
        client.create_bucket(
            Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": FACTS["region"]}
        )
    return client
