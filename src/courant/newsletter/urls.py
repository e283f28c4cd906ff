"""The newsletter's forms, below links.PREFIX. Mails carry these addresses for ever."""

from django.urls import path

from courant.newsletter import views

app_name = "newsletter"
urlpatterns = [
    path("sign-up/", views.sign_up, name="sign-up"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("page.css", views.page_css, name="page-css"),
    path("", views.sign_up),
    path("<path:rest>", views.incomplete),
]
