"""A forgotten password in the admin: ask for a code, then set a new password with it.

Uses the same functions and limits as the API. Who asked is kept in the session between the two
pages, so that neither an address nor a code is ever in a URL.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from core.failures import Failure, InvalidInput
from core.http.error_pages import words_of
from core.http.proxies import client_address
from users import limits, passwords
from users.accounts import forgot_password, reset_password
from users.codes import Asker
from users.emails import LONGEST, normalize_email

if TYPE_CHECKING:
    Form = FormView[Any]
else:
    Form = FormView

ASKED_FOR, REQUEST = "forgotten_email", "forgotten_request"
ON_ITS_WAY = "If there is an account with this address, a mail with a code is on its way to it."
FIELDS = {"code": "code", "new_password": "new_password"}


class ForgotForm(forms.Form):
    """Asks for the e-mail address."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )

    def clean_email(self) -> str:
        return normalize_email(self.cleaned_data["email"])


class ResetForm(forms.Form):
    """Asks for the mailed code and the new password."""

    code = forms.CharField(
        label="Code from the mail",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )
    new_password = forms.CharField(
        label="New password",
        strip=False,
        max_length=passwords.LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="10 to 128 characters; several words work well.",
    )
    again = forms.CharField(
        label="New password again",
        strip=False,
        max_length=passwords.LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "new_password" in data and data.get("again") != data["new_password"]:
            self.add_error("again", "The two passwords are not the same.")
        return data


@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class PasswordStep(Form):
    """A page that does one thing, and shows its failure above the form."""

    template_name = "office/forgotten.html"
    extra_context: dict[str, Any]

    def act(self, form: Any) -> None:
        """Does what the page is for. Raises Failure."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except InvalidInput as failure:
            for error in failure.errors:
                form.add_error(FIELDS.get(str(error["field"])), str(error["detail"]))
            return self.form_invalid(form)
        except Failure as failure:
            words = words_of(failure)
            form.add_error(None, f"{words.meaning} {words.remedy}")
            answer = self.form_invalid(form)
            answer.status_code = failure.status
            for name, value in failure.headers.items():
                answer.headers[name] = value
            return answer
        return super().form_valid(form)


class ForgotPasswordPage(PasswordStep):
    """Mails a code."""

    form_class = ForgotForm
    success_url = reverse_lazy("admin:reset")

    def act(self, form: ForgotForm) -> None:
        email, address = form.cleaned_data["email"], client_address(self.request)
        limits.count_forgotten_password(email=email, address=address)
        self.request.session[REQUEST] = forgot_password(email=email, address=address)
        self.request.session[ASKED_FOR] = email
        messages.info(self.request, ON_ITS_WAY)


class ResetPasswordPage(PasswordStep):
    """Sets a new password with the code."""

    form_class = ResetForm
    success_url = reverse_lazy("admin:login")

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        if ASKED_FOR not in self.request.session:
            return redirect("admin:forgot")
        return super().dispatch(*args, **kwargs)

    def act(self, form: ResetForm) -> None:
        address, session = client_address(self.request), self.request.session
        limits.count_resetting(address=address)
        reset_password(
            email=session[ASKED_FOR],
            code=form.cleaned_data["code"],
            new_password=form.cleaned_data["new_password"],
            asker=Asker.known_by(request=session.get(REQUEST, ""), address=address),
        )
        session.flush()
        messages.success(self.request, "Your password was changed. Log in with the new one.")
