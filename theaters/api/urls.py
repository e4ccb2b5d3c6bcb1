"""The paths of theaters and screens."""

from django.urls import path

from theaters.api import staff_views, views

urlpatterns = [
    path("theaters/", views.TheaterListView.as_view(), name="theaters"),
    path("theaters/<id:pk>/", views.TheaterView.as_view(), name="theater"),
    path(
        "theaters/<id:pk>/payment-settings/",
        views.PaymentSettingsView.as_view(),
        name="payment-settings",
    ),
    path("theaters/<id:theater>/screens/", views.ScreenListView.as_view(), name="screens"),
    path("theaters/<id:theater>/staff/", staff_views.StaffListView.as_view(), name="staff"),
    path("staff/<id:pk>/", staff_views.StaffView.as_view(), name="staff-member"),
    path(
        "theaters/<id:theater>/invitations/",
        staff_views.InvitationListView.as_view(),
        name="invitations",
    ),
    path("invitations/<id:pk>/", staff_views.InvitationView.as_view(), name="invitation"),
    path(
        "invitations/accept/",
        staff_views.AcceptInvitationView.as_view(),
        name="accept-invitation",
    ),
    path("users/me/roles/", staff_views.MyRoleListView.as_view(), name="my-roles"),
    path("screens/<id:pk>/", views.ScreenView.as_view(), name="screen"),
]
