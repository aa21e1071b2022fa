from django.urls import path

from apps.accounts.api.views import CurrentUserView

urlpatterns = [path("users/me/", CurrentUserView.as_view(), name="current-user")]
