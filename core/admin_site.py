"""The Django admin of MovieBooking: who comes in, and what its front page offers."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse, reverse_lazy

from core.office.pages import Pages
from reports.today import read_today
from theaters.policy import remember_roles
from users import account_log
from users.emails import normalize_email
from users.models import User
from users.otp import (
    is_missing,
)
from users.sign_in.forgotten import ForgotPasswordPage, PasswordStep, ResetPasswordPage
from users.sign_in.forms import LoginForm, PasswordPage
from users.sign_in.second_factor import SecondFactorPage

SECTIONS = {
    "Programme": ("Movie", "Theater", "Screen", "Show"),
    "Sales": (
        "Booking",
        "Scan",
        "TicketType",
        "Voucher",
        "PaymentSettings",
        "ProviderAccount",
        "Receipt",
        "Report",
    ),
    "People": ("Membership", "Invitation"),
    "Operation": ("User", "ProcrastinateJob", "LogEntry"),
}
NAMES = {
    "Membership": "Staff",
    "ProcrastinateJob": "Jobs",
    "LogEntry": "Changes",
    "PaymentSettings": "How theaters sell",
    "ProviderAccount": "Payment accounts",
}


BEFORE_SECOND_FACTOR = {"second-factor", "logout"}


def _named(page: Any) -> tuple[str, str]:
    return page.opts.app_label, page.opts.model_name


FORGOT = {
    "title": "Forgotten your password?",
    "why": "Tell us the e-mail address of your account. We mail you a code with which you can "
    "choose another password.",
    "button": "Mail me a code",
}
RESET = {
    "title": "Choose a new password",
    "why": "The code works once, for some minutes. You will be logged out everywhere.",
    "button": "Change my password",
    "other": True,
}


def _leave_trail(request: HttpRequest, answer: Any) -> None:
    """Log a try to log in, with the code of what was wrong."""
    if request.user.is_authenticated and answer.status_code == 302:
        account_log.record("login", user_id=request.user.pk)
        return
    form = answer.context_data["form"]
    email = normalize_email(str(form.cleaned_data.get("username", "")))
    user_id = User.objects.filter(email=email).values_list("pk", flat=True).first()
    codes = [error.code for errors in form.errors.as_data().values() for error in errors]
    account_log.record_refusal("login failed", user_id=user_id, reason=next(iter(codes), None))


class Site(AdminSite):
    """Offers only pages that know our roles: those of packages are left out."""

    site_header = site_title = "MovieBooking"
    index_title = "Your cinema"
    site_url = reverse_lazy("docs")  # type: ignore[assignment]
    login_form = LoginForm
    login_template = "office/login.html"
    index_template = "reports/today.html"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class and issubclass(admin_class, Pages):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Answer 429 after too many tries."""
        answer = super().login(request, extra_context)
        if request.method == "POST":
            _leave_trail(request, answer)
        if failure := getattr(request, "failure", None):
            answer.status_code = failure.status
            for name, value in failure.headers.items():
                answer.headers[name] = value
        return answer

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may use the office, and read their roles for the whole page."""
        remember_roles(request.user)
        return super().has_permission(request)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Show what is on today before the other pages."""
        today = read_today(user=request.user)  # type: ignore[arg-type]
        return super().index(request, {"today": today, "title": "Today", **(extra_context or {})})

    def logout(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        user_id = request.user.pk
        answer = super().logout(request, extra_context)
        if user_id:
            account_log.record("logout", user_id=user_id)
        return answer

    def get_urls(self) -> list[Any]:
        """Add the pages for a forgotten password and the second factor."""
        pages = [
            path("forgot/", self.forgotten(ForgotPasswordPage, FORGOT), name="forgot"),
            path("reset/", self.forgotten(ResetPasswordPage, RESET), name="reset"),
            path("second-factor/", self.admin_view(self.second_factor), name="second-factor"),
        ]
        return [*pages, *super().get_urls()]

    def forgotten(self, step: type[PasswordStep], words: dict[str, Any]) -> Any:
        """Return a view of users.sign_in.forgotten that looks like the login page."""

        def view(request: HttpRequest) -> Any:
            return step.as_view(extra_context={**self.each_context(request), **words})(request)

        return view

    def second_factor(self, request: HttpRequest) -> Any:
        """Show the person's own second factor, in the frame of the admin."""
        return SecondFactorPage.as_view(extra_context=self.each_context(request))(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Redirect whoever must set up a second factor to that page first."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            page = request.resolver_match and request.resolver_match.url_name
            user: Any = request.user
            if user.is_authenticated and is_missing(user) and page not in BEFORE_SECOND_FACTOR:
                return redirect("admin:second-factor")
            return inner(request, *args, **kwargs)

        return guarded

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        request.current_app = self.name
        return PasswordPage.as_view(
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)

    def zone_paths(self) -> list[tuple[type[Model], str]]:
        """Return the models whose rows belong to a theater, with the path to its time zone."""
        paths = [(model, getattr(page, "zone_path", "")) for model, page in self._registry.items()]
        return [(model, path) for model, path in paths if path]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Return suggestions, only for fields of forms that the person may submit."""
        asked = (request.GET.get("app_label"), request.GET.get("model_name"))
        pages = [page for page in self._registry.values() if _named(page) == asked]
        fields = [name for page in pages for name in page.get_autocomplete_fields(request)]
        if request.GET.get("field_name") not in fields or not pages[0].has_add_permission(request):
            raise PermissionDenied
        return super().autocomplete_view(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the models by areas of a cinema's work instead of by apps."""
        if app_label:
            return super().get_app_list(request, app_label)
        apps = self._build_app_dict(request)
        models = {each["object_name"]: each for app in apps.values() for each in app["models"]}
        sections = [
            {
                "name": title,
                "app_label": title.lower(),
                "app_url": reverse("admin:index", current_app=self.name),
                "has_module_perms": True,
                "models": [
                    {**models[name], "name": NAMES.get(name, models[name]["name"])}
                    for name in names
                    if name in models
                ],
            }
            for title, names in SECTIONS.items()
        ]
        return [section for section in sections if section["models"]]
