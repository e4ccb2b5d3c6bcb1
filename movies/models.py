"""What is shown: films with what a customer needs to choose one."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q


class Movie(models.Model):
    """A film. Its length at the time of scheduling decides when a show of it ends."""

    title = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(900)]
    )
    language = models.CharField(max_length=40, blank=True)
    genres = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    certificate = models.CharField(max_length=10, blank=True)
    release_date = models.DateField(null=True, blank=True)
    poster_url = models.URLField(max_length=500, blank=True)
    trailer_url = models.URLField(max_length=500, blank=True)
    cast = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(1, 900)),
                name="movie_duration_is_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.title
