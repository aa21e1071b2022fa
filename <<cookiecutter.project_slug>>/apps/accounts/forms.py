"""Forms for sign-up and for the admin's log-in."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts.models import User


class SignupForm(forms.Form):
    """The optional name; allauth adds the fields of ACCOUNT_SIGNUP_FIELDS."""

    name = forms.CharField(max_length=150, required=False)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class AdminLoginForm(AuthenticationForm):
    """The admin's log-in. It shows the field of the second factor to users who have one, after their password."""

    code = forms.CharField(label=_("Authenticator or recovery code"), required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Check the password through allauth, so that its rate limits hold here too."""
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            request = cast("HttpRequest", self.request)
            user = cast("User | None", get_adapter().authenticate(request, email=email, password=password))
            if user is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(user)
            self.user_cache = user
        return self.cleaned_data

    def confirm_login_allowed(self, user: User) -> None:
        """Check the code of a user with a second factor. Raises ValidationError; guesses count as failed log-ins."""
        super().confirm_login_allowed(user)
        if not is_mfa_enabled(user):
            return
        self.fields["code"].widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code"})
        if "code" not in self.data:
            raise ValidationError(_("Enter your password again, and the code of your authenticator."))
        second_factor = AuthenticateForm({"code": self.cleaned_data.get("code", "")}, user=user)
        if not second_factor.is_valid():
            raise ValidationError(second_factor.errors["code"].as_data())
        second_factor.save()
