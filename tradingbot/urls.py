from django.conf import settings
from django.contrib import admin
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from bots.api import BotViewSet, IndicatorsView
from bots.template_api import TemplateViewSet
from engine.api import (
    DecisionsView,
    HaltViewSet,
    HealthView,
    LiveView,
    MarketStatusView,
    ReadyView,
    SummaryView,
    SymbolRenameView,
)
from marketdata.api import MarketDataView, SymbolSearchView
from marketdata.calendar_api import CalendarView
from notifications.api import AlertsReadView, AlertsView
from positions.api import PositionViewSet
from research.api import BacktestViewSet
from trades.account_api import AccountActivitiesView, AccountEquityView, AccountView
from trades.api import AnalyticsView, ExposureView, TradeViewSet
from tradingbot.auth import CsrfView, LoginView, LogoutView, MeView, TokenRefreshView, TokenView
from tradingbot.http.metrics import metrics
from tradingbot.http.problems import unknown_route

admin.autodiscover()
# The page shows New York's time or another that a person chose; here nobody chooses.
admin.site.site_title = "tradingbot"
admin.site.site_header = "tradingbot: times are UTC, money is in dollars"
handler500 = "tradingbot.http.problems.server_error"

router = SimpleRouter(trailing_slash=False)
router.register("bots", BotViewSet, basename="bot")
router.register("templates", TemplateViewSet, basename="template")
router.register("backtests", BacktestViewSet, basename="backtest")
router.register("halts", HaltViewSet, basename="halt")
router.register("trades", TradeViewSet, basename="trade")
router.register("positions", PositionViewSet, basename="position")

api = [
    path("auth/csrf", CsrfView.as_view()),
    path("auth/login", LoginView.as_view()),
    path("auth/logout", LogoutView.as_view()),
    path("auth/token", TokenView.as_view()),
    path("auth/token/refresh", TokenRefreshView.as_view()),
    path("auth/me", MeView.as_view()),
    path("alerts", AlertsView.as_view()),
    path("alerts/read", AlertsReadView.as_view()),
    path("decisions", DecisionsView.as_view()),
    path("summary", SummaryView.as_view()),
    path("market-status", MarketStatusView.as_view()),
    path("market-data/<str:symbol>", MarketDataView.as_view()),
    path("analytics", AnalyticsView.as_view()),
    path("analytics/exposure", ExposureView.as_view()),
    path("account", AccountView.as_view()),
    path("account/activities", AccountActivitiesView.as_view()),
    path("account/equity", AccountEquityView.as_view()),
    path("calendar", CalendarView.as_view()),
    path("indicators", IndicatorsView.as_view()),
    path("symbols/rename", SymbolRenameView.as_view()),
    path("symbols", SymbolSearchView.as_view()),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerSplitView.as_view()),
    *router.urls,
    re_path(r"^(?P<path>.*)$", unknown_route),
]


def page(request: HttpRequest) -> FileResponse | HttpResponse:
    """The React application; it shows whatever path it was opened at."""
    index = settings.FRONTEND_DIST / "index.html"
    if not index.is_file():
        return HttpResponse("The page is not built yet: make frontend", status=503, content_type="text/plain")
    response = FileResponse(index.open("rb"), content_type="text/html")
    response["Cache-Control"] = "no-cache"
    return response


# What Django answers by itself.
handler400 = "tradingbot.http.problems.bad_request"
handler403 = "tradingbot.http.problems.permission_denied"
handler404 = "tradingbot.http.problems.not_found"
handler500 = "tradingbot.http.problems.server_error"

urlpatterns = [
    path("api/", include(api)),
    path("health", HealthView.as_view()),
    path("health/live", LiveView.as_view()),
    path("health/ready", ReadyView.as_view()),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    re_path(r"^(?!api/|static/|assets/|admin|ws$).*$", page),
]
