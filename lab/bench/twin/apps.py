from django.apps import AppConfig


class TwinConfig(AppConfig):
    name = "lab.bench.twin"
    label = "twin"
