"""The three servers on one tree, started once."""

from collections.abc import Iterator

import pytest

from tests.conftest import Home
from tests.serving import servers
from tests.serving.servers import Server
from tests.serving.tree import make_tree
from tests.template_home import copy_of_template


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(copy_of_template(tmp_path_factory.mktemp("serving") / "home"))
    make_tree(home.public.parent)
    return home


@pytest.fixture(scope="session")
def courant(served_home: Home) -> Iterator[Server]:
    with servers.courant(served_home) as server:
        yield server


@pytest.fixture(scope="session")
def nginx(served_home: Home, courant: Server, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("nginx")
    with servers.nginx(folder, served_home.public, courant.port) as server:
        yield server


@pytest.fixture(scope="session")
def caddy(served_home: Home, courant: Server, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("caddy")
    with servers.caddy(folder, served_home.public, courant.port) as server:
        yield server


@pytest.fixture(params=["courant", "nginx", "caddy"])
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(request.param)
