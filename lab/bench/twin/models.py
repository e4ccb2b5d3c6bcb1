"""The models of a cinema, as one would first write them."""

from django.contrib.auth.models import User
from django.db import models


class Movie(models.Model):
    title = models.CharField(max_length=200)
    duration_minutes = models.PositiveIntegerField()
    certificate = models.CharField(max_length=10)


class Theater(models.Model):
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=80, db_index=True)
    timezone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")


class Screen(models.Model):
    theater = models.ForeignKey(Theater, models.CASCADE, related_name="screens")
    name = models.CharField(max_length=60)


class Show(models.Model):
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="shows")
    screen = models.ForeignKey(Screen, models.CASCADE, related_name="shows")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
    rows = models.PositiveIntegerField(default=10)
    columns = models.PositiveIntegerField(default=10)
    status = models.CharField(max_length=10, default="scheduled")

    class Meta:
        ordering = ["starts_at", "id"]


class Seat(models.Model):
    show = models.ForeignKey(Show, models.CASCADE, related_name="seats")
    label = models.CharField(max_length=5)
    row = models.CharField(max_length=2)
    number = models.PositiveIntegerField()
    column = models.PositiveIntegerField()
    category = models.CharField(max_length=10, default="standard")
    price = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=10, default="available")
    held_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        unique_together = [("show", "label")]


class Booking(models.Model):
    reference = models.CharField(max_length=10, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="bookings")
    show = models.ForeignKey(Show, models.PROTECT, related_name="bookings")
    status = models.CharField(max_length=10, default="confirmed")
    total = models.DecimalField(max_digits=10, decimal_places=2)
    created_at = models.DateTimeField(auto_now_add=True)


class Ticket(models.Model):
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="tickets")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="tickets")
    code = models.CharField(max_length=32, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=10, default="valid")


class IdempotencyRecord(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    key = models.CharField(max_length=255)
    status = models.PositiveIntegerField(default=0)
    body = models.JSONField(default=dict)

    class Meta:
        unique_together = [("user", "key")]
