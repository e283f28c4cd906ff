"""Wagtail's apps without its REST API, which Courant neither serves nor uses.

Wagtail 8 registers its API from each app's `ready`, in every process: that imports Django REST
framework, django-ninja and all that they bring, 40 % of the CPU of each command's start and 34 MB
of each process (decision 37).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from wagtail.contrib.redirects.apps import WagtailRedirectsAppConfig
from wagtail.documents.apps import WagtailDocsAppConfig
from wagtail.images.apps import WagtailImagesAppConfig
from wagtail.snippets.apps import WagtailSnippetsAppConfig


class _Unused(ModuleType):
    """Stands for a module of the API while an app gets ready: whatever is called does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system asks for these
            raise AttributeError(name)
        return self

    def __call__(self, *args: object) -> None:
        pass


@contextmanager
def _without_api(app: str) -> Iterator[None]:
    """Imports of the API inside the block find nothing to load; those after it do."""
    inner = ("api.v3", "api.v3.registry", "api.v3.router")
    names = ["wagtail.api.v3.api", *(f"{app}.{name}" for name in inner)]
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Unused(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


class _WithoutApi(AppConfig):
    """Goes before an app of Wagtail's."""

    def ready(self) -> None:
        with _without_api(self.name):
            super().ready()


class Redirects(_WithoutApi, WagtailRedirectsAppConfig):
    pass


class Snippets(_WithoutApi, WagtailSnippetsAppConfig):
    pass


class Documents(_WithoutApi, WagtailDocsAppConfig):
    pass


class Images(_WithoutApi, WagtailImagesAppConfig):
    pass
