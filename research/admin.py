from django.contrib import admin

from research.models import Backtest
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Backtest)
class BacktestAdmin(ReadOnlyAdmin):
    list_display = ["name", "first_day", "last_day", "status", "progress", "asked_by", "created_at", "error"]
    list_filter = ["status"]
    search_fields = ["name"]
