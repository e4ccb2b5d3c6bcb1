"""The addresses of theaters and screens."""

from django.urls import path

from theaters.api import views

urlpatterns = [
    path("theaters/", views.Theaters.as_view(), name="theaters"),
    path("theaters/<id:pk>/", views.TheaterDetail.as_view(), name="theater"),
    path("theaters/<id:theater>/screens/", views.Screens.as_view(), name="screens"),
    path("screens/<id:pk>/", views.ScreenDetail.as_view(), name="screen"),
]
