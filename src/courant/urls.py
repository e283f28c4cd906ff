"""Everything that is dynamic: the desk for editors, forms for readers."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("desk/", include(wagtailadmin_urls)),
    path("newsletter/", include("courant.newsletter.urls")),
    # Only so that Wagtail knows the addresses of pages; readers are given files (`wsgi`).
    path("", include(wagtail_urls)),
]
