"""Django Ninja."""

from config.settings.env import env
from config.settings.security import TRUSTED_PROXIES

NINJA_NUM_PROXIES = TRUSTED_PROXIES
NINJA_DEFAULT_THROTTLE_RATES = {"user": env.str("THROTTLE_USER", default="600/min")}
