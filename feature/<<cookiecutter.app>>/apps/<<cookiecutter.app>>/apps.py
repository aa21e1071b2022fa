# % set f = cookiecutter|feature
from django.apps import AppConfig


class <<f.app.split("_")|map("capitalize")|join>>Config(AppConfig):
    name = "apps.<<f.app>>"
    verbose_name = "<<f.app.replace("_", " ")|capitalize>>"  # in the admin
