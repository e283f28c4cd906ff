"""Everything that is dynamic: the desk for editors, forms for readers."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from courant.figures.address import ADDRESS
from courant.figures.views import count

# Wagtail's desk asks for these addresses; stories have no documents, so only the desk sees any.
documents = decorate_urlpatterns(wagtaildocs_urls.urlpatterns, require_admin_access)

urlpatterns = [
    path("desk/documents-of-the-desk/", include(documents)),
    path("desk/", include(wagtailadmin_urls)),
    path(ADDRESS.lstrip("/"), count, name="figures"),
    path("newsletter/", include("courant.newsletter.urls")),
    # Only so that Wagtail knows the addresses of pages; readers are given files (`wsgi`).
    path("", include(wagtail_urls)),
]
