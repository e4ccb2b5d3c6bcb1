"""The admin's page for setting up one's second factor, and for switching it off."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from core.failures import Failure
from users import limits, passwords, second_factor
from users.otp import OTP_LONGEST, clean_otp
from users.second_factor import Enrolment


class StartForm(forms.Form):
    """Asks for the password, so that nobody sets it up in a session that was left open."""

    password = forms.CharField(
        strip=False,
        max_length=passwords.LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ConfirmForm(forms.Form):
    """Asks for a code from the app."""

    otp = forms.CharField(
        label="Code from the app",
        max_length=OTP_LONGEST,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def clean_otp(self) -> str:
        return clean_otp(self.cleaned_data["otp"])


class SwitchOffForm(StartForm, ConfirmForm):
    """Asks for both factors."""

    field_order = ("password", "otp")


FORMS: dict[str, type[forms.Form]] = {
    "start": StartForm,
    "confirm": ConfirmForm,
    "switch_off": SwitchOffForm,
}


@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class SecondFactorPage(View):
    """Three steps: begin with the password, confirm with a code, keep the recovery codes."""

    extra_context: ClassVar[Mapping[str, Any]] = {}

    def get(self, request: HttpRequest) -> HttpResponse:
        action = "switch_off" if self._user.has_second_factor else "start"
        return self._page(action, FORMS[action]())

    def post(self, request: HttpRequest) -> HttpResponse:
        action = request.POST.get("action", "")
        if action not in FORMS:
            return self.get(request)
        form = FORMS[action](request.POST)
        if form.is_valid():
            try:
                return self._do(action, form.cleaned_data)
            except Failure as failure:
                form.add_error(None, failure.detail)
        return self._page(action, form, enrolment=self._pending(action))

    @property
    def _user(self) -> Any:
        return self.request.user

    def _do(self, action: str, data: dict[str, Any]) -> HttpResponse:
        if action == "confirm":
            return self._page("", codes=second_factor.confirm(user=self._user, **data))
        limits.count_asking_password(user_id=self._user.pk)
        if action == "start":
            enrolment = second_factor.start(user=self._user, **data)
            return self._page("confirm", ConfirmForm(), enrolment=enrolment)
        second_factor.switch_off(user=self._user, **data)
        return self._page("start", StartForm())

    def _pending(self, action: str) -> Enrolment | None:
        return second_factor.pending(self._user) if action == "confirm" else None

    def _page(
        self,
        action: str,
        form: forms.Form | None = None,
        *,
        enrolment: Enrolment | None = None,
        codes: list[str] | None = None,
    ) -> HttpResponse:
        context = {
            **self.extra_context,
            "title": "Second factor",
            "action": action,
            "form": form,
            "codes": codes,
            "left": second_factor.codes_left(self._user),
            "enrolment": enrolment,
            "picture": enrolment and mark_safe(enrolment.qr_code()),  # noqa: S308  # nosec (segno's)
        }
        return TemplateResponse(self.request, "office/second_factor.html", context)
