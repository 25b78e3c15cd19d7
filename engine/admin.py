from django.contrib import admin

from engine.models import BrokerAccount, Decision, Difference, Halt, Tick
from tradingbot.read_only_admin import ReadOnlyAdmin


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
class HaltAdmin(ReadOnlyAdmin):
    list_display = ["set_at", "bot", "reason", "set_by", "cleared_at"]


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    list_display = ["found_at", "symbol", "ours", "unassigned", "brokers", "resolved_at"]
    search_fields = ["symbol"]


@admin.register(BrokerAccount)
class BrokerAccountAdmin(ReadOnlyAdmin):
    list_display = ["account_number", "equity", "cash", "buying_power", "read_at", "error"]
