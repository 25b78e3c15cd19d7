from django.contrib import admin

from positions.models import BotResult, CashEntry, Position, Rename, Reservation, Split
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    list_display = [
        "opened_at",
        "bot",
        "symbol",
        "quantity",
        "entry_price",
        "current_price",
        "stop_loss_price",
        "unrealized_pnl",
        "realized_pnl",
        "is_open",
    ]
    list_filter = ["is_open", "bot"]
    search_fields = ["symbol"]


@admin.register(Rename)
class RenameAdmin(ReadOnlyAdmin):
    list_display = ["day", "old", "new", "before", "after", "at", "by"]
    search_fields = ["old", "new"]


@admin.register(Split)
class SplitAdmin(ReadOnlyAdmin):
    list_display = ["day", "symbol", "before", "after"]
    search_fields = ["symbol"]


@admin.register(CashEntry)
class CashEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "bot", "amount"]
    list_filter = ["bot"]


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ["client_order_id", "bot", "amount"]


@admin.register(BotResult)
class BotResultAdmin(ReadOnlyAdmin):
    list_display = ["bot", "realized_pnl", "closed_positions", "won_positions"]
