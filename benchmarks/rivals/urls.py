"""The project's own addresses and the rivals'."""

from config.urls import urlpatterns as own
from django.urls import path

from rivals import views

urlpatterns = [
    path("rivals/naive/", views.Naive.as_view()),
    path("rivals/usual/", views.Usual.as_view()),
    path("rivals/idiomatic/", views.Idiomatic.as_view()),
    path("rivals/limit/", views.Limit.as_view()),
    path("rivals/create/", views.NaiveCreate.as_view()),
    *own,
]
