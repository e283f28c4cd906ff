"""`courant` with a bucket: what readers get from it is what the folder holds."""

import pytest

from courant.bake.tests import bucket
from courant.lib.compression import ENDINGS
from tests.conftest import Home


@pytest.fixture
def client(home: Home):
    with bucket.serving() as address:
        client = bucket.make_bucket(address)
        home.variables |= {
            "COURANT_BUCKET": bucket.NAME,
            "COURANT_BUCKET_ENDPOINT": address,
            "COURANT_BUCKET_REGION": bucket.FACTS["region"],
            "COURANT_BUCKET_KEY": bucket.FACTS["key"],
            "COURANT_BUCKET_SECRET": bucket.FACTS["secret"],
        }
        yield client


def files(home: Home) -> dict[str, bytes]:
    tree = home.public.resolve()
    found = (f for f in tree.rglob("*") if f.is_file() and f.suffix not in ENDINGS)
    return {f.relative_to(tree).as_posix(): f.read_bytes() for f in found}


def objects(client) -> dict[str, bytes]:
    keys = [each["Key"] for each in client.list_objects_v2(Bucket=bucket.NAME)["Contents"]]
    return {key: client.get_object(Bucket=bucket.NAME, Key=key)["Body"].read() for key in keys}


def test_a_bucket_holds_the_paper_with_its_audio_after_each_round_of_work(
    home: Home, story_file, client
):
    home.run("publish", str(story_file))
    home.run("work", "--once")
    assert any(name.endswith(".mp3") for name in objects(client))
    assert objects(client) == files(home)
    home.django("from courant.stories.models import Story\nStory.objects.get().unpublish()")
    home.run("work", "--once")
    assert objects(client) == files(home)
    assert not any(name.endswith(".mp3") for name in objects(client))
    assert "Up to date: bucket." in home.run("follow", "--all").stdout


def test_a_bucket_that_is_not_there_is_said_and_readers_have_the_paper(
    home: Home, story_file, client
):
    home.variables["COURANT_BUCKET"] = "nowhere"
    path = home.run("publish", str(story_file)).stdout.strip()
    said = home.run("work", "--once", code=1)
    assert "NoSuchBucket" in said.stdout + said.stderr
    assert home.page(path)
    assert "Follow: the bucket:" in home.run("status", code=1).stdout
    home.variables["COURANT_BUCKET"] = bucket.NAME
    home.run("follow")
    assert objects(client) == files(home)
