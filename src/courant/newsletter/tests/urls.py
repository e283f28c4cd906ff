"""Only the newsletter's pages, where the paper will have them."""

from django.urls import include, path

urlpatterns = [path("newsletter/", include("courant.newsletter.urls"))]
