from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from positions.models import Position
from positions.services import NotHeld
from trades.by_hand import sale_by_hand_assign
from trades.models import AccountCash, CashPart, Execution, ForeignFill, Trade
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Trade)
class TradeAdmin(ReadOnlyAdmin):
    list_display = ["timestamp", "bot", "symbol", "type", "role", "quantity", "price", "status", "state", "profit_loss"]
    list_filter = ["status", "role", "type", "bot"]
    search_fields = ["symbol", "client_order_id", "order_id"]


@admin.register(Execution)
class ExecutionAdmin(ReadOnlyAdmin):
    list_display = ["at", "trade", "quantity", "price", "profit_loss"]
    search_fields = ["activity_id"]


@admin.register(AccountCash)
class AccountCashAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "sub_kind", "amount", "symbol", "day", "description", "attributed_at"]
    list_filter = ["kind"]
    search_fields = ["symbol", "activity_id", "description"]


@admin.register(CashPart)
class CashPartAdmin(ReadOnlyAdmin):
    list_display = ["at", "cash", "amount", "bot", "symbol", "trade", "position"]
    list_filter = ["bot"]
    search_fields = ["symbol", "cash__activity_id"]


@admin.register(ForeignFill)
class ForeignFillAdmin(ReadOnlyAdmin):
    list_display = ["at", "symbol", "side", "quantity", "price"]
    search_fields = ["symbol"]
    actions = ["assign"]

    @admin.action(description="Book the sale to the bot that holds the shares")
    def assign(self, request: HttpRequest, queryset: QuerySet[ForeignFill]) -> None:
        for order_id, symbol in sorted(set(queryset.values_list("order_id", "symbol"))):
            holders = Position.objects.held().filter(symbol=symbol).select_related("bot")
            if len(holders) != 1:
                self.message_user(request, f"{symbol}: {len(holders)} bots hold it, not one", messages.ERROR)
                continue
            try:
                sale_by_hand_assign(order_id=order_id, bot=holders[0].bot, by=request.user.get_username())
            except NotHeld as error:
                self.message_user(request, f"{symbol}: {error}", messages.ERROR)
