import sys

import pytest
from django.apps import apps

from courant.lib.wagtail_apps import Documents, Images, Redirects, Snippets, _without_api


def test_no_process_carries_wagtails_rest_api():
    assert not {"wagtail.api.v3.api", "ninja"} & sys.modules.keys()


@pytest.mark.parametrize("ours", [Documents, Images, Redirects, Snippets])
def test_an_app_of_wagtail_is_there_under_its_own_name(ours):
    assert type(apps.get_app_config(ours.label)) is ours
    assert apps.is_installed(ours.name)


def test_the_api_can_be_imported_again_once_the_app_is_ready():
    with _without_api("wagtail.images"):
        from wagtail.images.api.v3.registry import register_content_types

        assert register_content_types() is None
        assert "wagtail.images.api.v3.registry" in sys.modules
    assert "wagtail.images.api.v3.registry" not in sys.modules
