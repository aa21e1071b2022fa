from apps.catalog.api.views import ProductViewSet
from apps.api.drf import ApiRouter

router = ApiRouter()
router.register("products", ProductViewSet, basename="product")

urlpatterns = router.urls
