"""Everything that is dynamic: the desk for editors, forms for readers."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("desk/", include(wagtailadmin_urls)),
    path("newsletter/", include("courant.newsletter.urls")),
]
