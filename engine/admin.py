from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from engine.models import BrokerAccount, Decision, Difference, Halt, Tick, UnreadRow
from engine.services import halt_clear, halt_set
from marketdata.clock import real_now
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Tick)
class TickAdmin(ReadOnlyAdmin):
    list_display = ["scheduled_for", "bot", "version"]
    list_filter = ["bot"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["last_at", "bot", "symbol", "action", "reason", "count", "sentence"]
    list_filter = ["action", "reason", "bot"]
    search_fields = ["symbol"]


@admin.register(Halt)
class HaltAdmin(admin.ModelAdmin):
    """A halt is set by adding one, and lifted by the action; what was is never changed."""

    list_display = ["set_at", "bot", "reason", "close_positions", "flat_at", "set_by", "cleared_at", "cleared_by"]
    list_filter = [("cleared_at", admin.EmptyFieldListFilter)]
    fields = ["bot", "reason", "close_positions"]
    actions = ["lift"]

    def has_change_permission(self, request: HttpRequest, obj: Halt | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Halt | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Halt, form: Any, change: bool) -> None:
        user, close = request.user.get_username(), obj.close_positions
        obj.pk = halt_set(bot=obj.bot, reason=obj.reason, set_by=user, close_positions=close).pk

    @admin.action(description="Lift the halt: entries may go on")
    def lift(self, request: HttpRequest, queryset: QuerySet[Halt]) -> None:
        lifted = sum(
            halt_clear(halt=halt, cleared_by=request.user.get_username(), now=real_now())
            for halt in queryset.select_related("bot")
        )
        self.message_user(request, f"{lifted} halt(s) lifted")


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    list_display = ["found_at", "symbol", "ours", "unassigned", "brokers", "resolved_at"]
    search_fields = ["symbol"]


@admin.register(UnreadRow)
class UnreadRowAdmin(ReadOnlyAdmin):
    list_display = ["last_seen", "kind", "symbol", "why", "order_id", "first_seen"]
    list_filter = ["kind"]
    search_fields = ["symbol", "order_id", "raw"]


@admin.register(BrokerAccount)
class BrokerAccountAdmin(ReadOnlyAdmin):
    list_display = ["account_number", "equity", "cash", "buying_power", "read_at", "error"]
