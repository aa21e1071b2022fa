"""Django Ninja."""

from config.settings.env import env
from config.settings.security import TRUSTED_PROXIES

# Where the API documentation finds Swagger UI among the static files.
SWAGGER_UI = "ninja"

NINJA_NUM_PROXIES = TRUSTED_PROXIES
NINJA_DEFAULT_THROTTLE_RATES = {"user": env.str("THROTTLE_USER", default="600/min")}
