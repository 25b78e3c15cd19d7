from django.contrib import admin

from marketdata.models import Bar, Coverage, Symbol
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Symbol)
class SymbolAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "name", "exchange", "tradable"]
    list_filter = ["exchange", "tradable"]
    search_fields = ["symbol", "name"]


@admin.register(Coverage)
class CoverageAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "timeframe", "since", "until"]
    list_filter = ["timeframe"]
    search_fields = ["symbol"]


@admin.register(Bar)
class BarAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "timeframe", "start", "open", "high", "low", "close", "volume"]
    list_filter = ["timeframe"]
    search_fields = ["symbol"]
