# % set f = cookiecutter|feature
"""URLs of <<f.plural_words>>."""

from rest_framework.routers import SimpleRouter

<<["apps." ~ f.app ~ ".api.views." ~ f.model ~ "ViewSet"]|imported>>

router = SimpleRouter(use_regex_path=False)
router.register("<<f.path>>", <<f.model>>ViewSet)

urlpatterns = router.urls
