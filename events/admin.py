from django.contrib import admin

from events.models import Event
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["id", "type", "created"]
    list_filter = ["type"]
