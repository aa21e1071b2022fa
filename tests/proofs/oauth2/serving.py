"""Production's settings, with static files that were not collected."""

from config.settings.production import *  # noqa: F403 - as settings do

WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
