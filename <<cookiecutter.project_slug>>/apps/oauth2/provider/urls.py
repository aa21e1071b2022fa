"""URLs of the provider: those that it needs, never all that django-oauth-toolkit has."""

from django.urls import path
from django.views.decorators.cache import never_cache
from oauth2_provider.views import JwksInfoView, RevokeTokenView, UserInfoView

from apps.oauth2.provider import views

app_name = "oauth2_provider"  # the toolkit looks for its URLs under this name
urlpatterns = [
    path(".well-known/openid-configuration", views.DiscoveryView.as_view(), name="oidc-connect-discovery-info"),
    path(".well-known/oauth-authorization-server", views.DiscoveryView.as_view(), name="oauth-server-metadata"),
    path(".well-known/jwks.json", JwksInfoView.as_view(), name="jwks-info"),
    path("oauth2/authorize/", views.AuthorizationView.as_view(), name="authorize"),
    path("oauth2/token/", views.TokenView.as_view(), name="token"),
    path("oauth2/revoke/", RevokeTokenView.as_view(), name="revoke-token"),
    path("oauth2/introspect/", never_cache(views.IntrospectTokenView.as_view()), name="introspect"),
    path("oauth2/userinfo/", never_cache(UserInfoView.as_view()), name="user-info"),
]
