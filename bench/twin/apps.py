from django.apps import AppConfig


class TwinConfig(AppConfig):
    name = "bench.twin"
    label = "twin"
