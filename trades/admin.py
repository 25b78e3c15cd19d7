from django.contrib import admin

from trades.models import Execution, ForeignFill, Trade
from tradingbot.read_only_admin import ReadOnlyAdmin


@admin.register(Trade)
class TradeAdmin(ReadOnlyAdmin):
    list_display = ["timestamp", "bot", "symbol", "type", "role", "quantity", "price", "status", "state", "profit_loss"]
    list_filter = ["status", "role", "type", "bot"]
    search_fields = ["symbol", "client_order_id", "order_id"]


@admin.register(Execution)
class ExecutionAdmin(ReadOnlyAdmin):
    list_display = ["at", "trade", "quantity", "price", "profit_loss"]
    search_fields = ["activity_id"]


@admin.register(ForeignFill)
class ForeignFillAdmin(ReadOnlyAdmin):
    list_display = ["at", "symbol", "side", "quantity", "price"]
    search_fields = ["symbol"]
