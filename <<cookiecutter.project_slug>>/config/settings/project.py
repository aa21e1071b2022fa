"""What the project calls itself: in the admin, the API documents, on the landing page and in mail."""

PROJECT_NAME = "<<cookiecutter.__string_name>>"
PROJECT_DESCRIPTION = "<<cookiecutter.__string_description>>"
DOMAIN_NAME = "<<cookiecutter.domain_name>>"
