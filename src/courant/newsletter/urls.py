"""The newsletter's forms, below links.PREFIX. Mails carry these addresses for ever."""

from django.apps import apps
from django.urls import include, path

from courant.newsletter import preference_views, views

app_name = "newsletter"
# Where a provider reports to; django-anymail checks that it is the provider.
provider = [path("provider/", include("anymail.urls"))] if apps.is_installed("anymail") else []
urlpatterns = [
    path("sign-up/", views.sign_up, name="sign-up"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("preferences/<str:token>/", preference_views.show, name="preferences"),
    path("to/<str:token>/", views.lead, name="click"),
    path("move/<str:token>/", preference_views.move, name="move"),
    *provider,
    path("page.css", views.page_css, name="page-css"),
    path("", views.sign_up),
    path("<path:rest>", views.incomplete),
]
