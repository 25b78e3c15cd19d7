from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from bots.models import Bot, BotVersion
from bots.services import StaleVersion, bot_create, bot_update
from engine.core.config import ConfigError
from engine.core.config_json import CONFIG_FIELDS
from engine.live.lifecycle import bot_pause, bot_start, bot_stop
from web.read_only_admin import ReadOnlyAdmin


class BotForm(forms.ModelForm):
    """Checked by the same rules as the API; saved through the same services."""

    # The version the person was shown: an edit of an older one is refused.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Bot
        fields = (*CONFIG_FIELDS, "version")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        data = {field: cleaned[field] for field in CONFIG_FIELDS if field in cleaned}
        if self.errors:
            return cleaned
        try:
            if self.instance.pk:
                self.saved = bot_update(bot=self.instance, data=data, seen_version=cleaned.get("version") or 0)
            else:
                self.saved = bot_create(data=data)
        except ConfigError as error:
            for fault in error.errors:
                field = fault.field.partition(".")[0]
                self.add_error(field if field in self.fields else None, str(fault))
        except StaleVersion as error:
            self.add_error(None, str(error))
        return cleaned

    def save(self, commit: bool = True) -> Bot:
        return self.saved

    def save_m2m(self) -> None:
        """Nothing to do: the services have saved everything."""


@admin.register(Bot)
class BotAdmin(admin.ModelAdmin):
    form = BotForm
    list_display = ["name", "status", "capital", "symbols", "trading_frequency", "last_tick", "status_reason"]
    list_filter = ["status", "timeframe"]
    search_fields = ["name"]
    actions = ["start", "pause", "stop"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(archived_at=None)

    def has_delete_permission(self, request: HttpRequest, obj: Bot | None = None) -> bool:
        # A bot's history is never deleted; archiving is done where it can be refused with a reason.
        return False

    def save_model(self, request: HttpRequest, obj: Bot, form: Any, change: bool) -> None:
        """The form's services have saved it."""

    @admin.action(description="Start")
    def start(self, request: HttpRequest, queryset: Any) -> None:
        for bot in queryset:
            bot_start(bot=bot)

    @admin.action(description="Pause (no entries; exits go on)")
    def pause(self, request: HttpRequest, queryset: Any) -> None:
        for bot in queryset.filter(status=Bot.Status.RUNNING):
            bot_pause(bot=bot)

    @admin.action(description="Stop (stops and targets stay at the broker)")
    def stop(self, request: HttpRequest, queryset: Any) -> None:
        for bot in queryset:
            bot_stop(bot=bot)


@admin.register(BotVersion)
class BotVersionAdmin(ReadOnlyAdmin):
    list_display = ["bot", "number", "changed_by", "created_at"]
