"""The paths of users."""

from django.urls import path

from users.api import account_views, factor_views, session_views, views

urlpatterns = [
    path("auth/register/", views.RegisterView.as_view(), name="register"),
    path("auth/guest/", views.GuestView.as_view(), name="guest"),
    path("auth/login/", views.LoginView.as_view(), name="login"),
    path("auth/refresh/", views.RefreshView.as_view(), name="refresh"),
    path("auth/logout/", views.LogoutView.as_view(), name="logout"),
    path("auth/session/", session_views.SessionView.as_view(), name="session"),
    path("auth/logout-all/", views.LogoutAllView.as_view(), name="logout-all"),
    path("auth/email/verify/", views.VerifyEmailView.as_view(), name="verify-email"),
    path("auth/email/resend/", views.ResendCodeView.as_view(), name="resend-code"),
    path("auth/password/forgot/", views.ForgotPasswordView.as_view(), name="forgot-password"),
    path("auth/password/reset/", views.ResetPasswordView.as_view(), name="reset-password"),
    path("auth/password/change/", views.ChangePasswordView.as_view(), name="change-password"),
    path("users/me/", account_views.MeView.as_view(), name="me"),
    path("users/me/sessions/", account_views.MySessionListView.as_view(), name="my-sessions"),
    path("users/me/sessions/<id:pk>/", account_views.MySessionView.as_view(), name="my-session"),
    path("users/me/second-factor/", factor_views.SecondFactorView.as_view(), name="second-factor"),
    path(
        "users/me/second-factor/confirm/",
        factor_views.ConfirmSecondFactorView.as_view(),
        name="confirm-second-factor",
    ),
    path("users/", account_views.AccountListView.as_view(), name="accounts"),
    path("users/<id:pk>/", account_views.AccountView.as_view(), name="account"),
    path(
        "users/<id:pk>/second-factor/",
        factor_views.ResetSecondFactorView.as_view(),
        name="account-second-factor",
    ),
]
