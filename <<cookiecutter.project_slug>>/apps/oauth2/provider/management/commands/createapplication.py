from argparse import ArgumentParser

from oauth2_provider.management.commands import createapplication


class Command(createapplication.Command):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--scopes", help="What it may ask for, separated by spaces")
