"""The login form and the page to change a password; both do what the API does."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse

from core.failures import Failure, TooManyRequests
from core.http.proxies import client_address
from core.office.pages import add_failure
from users import limits, passwords
from users.accounts import change_password
from users.emails import LONGEST, normalize_email
from users.models import User
from users.otp import OTP_LONGEST, InvalidOtp, OtpRequired, clean_otp, require_otp

OTP_MESSAGES = {
    "otp_required": "Your account has a second factor: type the code from your app, too.",
    "invalid_otp": "That code is wrong or was used before. Wait for the app's next one.",
}


class LoginForm(AdminAuthenticationForm):
    """Counts each attempt before the password is checked. Every wrong one gets the same answer."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "The e-mail address or the password is wrong, or the account is not one "
        "that may use this site.",
    }
    username = forms.CharField(
        label="E-mail address",
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )

    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=passwords.LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    otp = forms.CharField(
        label="Code from your authenticator app",
        required=False,
        max_length=OTP_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        help_text="Only if you have set up a second factor. A recovery code works, too.",
    )

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        try:
            require_otp(clean_otp(self.cleaned_data.get("otp") or ""), user=user)
        except (OtpRequired, InvalidOtp) as failure:
            raise forms.ValidationError(OTP_MESSAGES[failure.code], failure.code) from None

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("username")
        request: Any = self.request
        if not (email and request):
            return super().clean()
        try:
            with limits.logging_in(email=normalize_email(email), address=client_address(request)):
                return super().clean()
        except TooManyRequests as failure:
            request.failure = failure
            minutes = -(-int(failure.headers["Retry-After"]) // 60)
            raise forms.ValidationError(
                f"Too many attempts. Please wait {minutes} min and try again."
            ) from None


class PasswordForm(AdminPasswordChangeForm):
    """Changes the password as the API does: every session ends, and the user gets a mail."""

    user: User

    def clean_old_password(self) -> str:
        """Leaves it to `change_password` to check it."""
        password: str = self.cleaned_data["old_password"]
        return password

    def validate_password_for_user(self, *args: Any, **kwargs: Any) -> None:
        """Leaves it to `change_password` to check it."""

    def save(self, commit: bool = True) -> User:
        """Changes the password and keeps this browser logged in. Raises Failure."""
        old, new = self.cleaned_data["old_password"], self.cleaned_data["new_password1"]
        limits.count_asking_password(user_id=self.user.pk)
        change_password(user=self.user, current_password=old, new_password=new)
        self.user.refresh_from_db(fields=["session_epoch"])
        return self.user


class PasswordPage(PasswordChangeView):
    """Shows in the form why `change_password` failed."""

    form_class = PasswordForm
    template_name = "registration/password_change_form.html"

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Failure as failure:
            names = {"current_password": "old_password"}
            add_failure(form, failure, lambda field: names.get(field, "new_password1"))
            return self.form_invalid(form)
