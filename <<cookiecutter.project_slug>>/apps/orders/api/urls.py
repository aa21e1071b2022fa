from apps.api.drf import ApiRouter
from apps.orders.api.views import CustomerViewSet, OrderViewSet

router = ApiRouter()
router.register("customers", CustomerViewSet, basename="customer")
router.register("orders", OrderViewSet, basename="order")

urlpatterns = router.urls
