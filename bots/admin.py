from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html_join

from bots.models import Bot, BotVersion, SavedTemplate
from bots.saved_templates import FIELDS, template_create, template_read, template_update
from bots.services import NotAllowed, StaleVersion, bot_create, bot_update
from engine.core.config import ConfigError
from engine.core.config_json import CONFIG_FIELDS
from engine.core.schema import BotField, bot_fields
from engine.live.bulk import bots_act
from web.read_only_admin import ReadOnlyAdmin


def _help(said: BotField) -> str:
    """What the field means, its unit, and what it may be."""
    low, high = said["minimum"], said["maximum"]
    span = f"{low:g} to {high:g}" if low is not None and high is not None else ""
    unit = said["unit"] or ""
    parts = [said["help"].rstrip("."), f"{span} {unit}".strip(), "may be empty" if said["nullable"] else ""]
    return ". ".join(part for part in parts if part) + "."


def _choice(said: BotField, word: str) -> str:
    words = (said["choices_said"] or {}).get(word)
    return f"{word}: {words['title']}" if words else word


class BotForm(forms.ModelForm):
    """Checked by the same rules as the API; saved through the same services."""

    # The version the person was shown: an edit of an older one is refused.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Bot
        fields = (*CONFIG_FIELDS, "version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_risk = []
        for said in bot_fields():
            name, _, nested = said["name"].partition(".")
            field = self.fields.get(name)
            if nested:
                of_risk.append(f"{nested}: {_help(said)}")
            elif field is not None:
                field.label, field.help_text = said["label"], _help(said)
                if said["choices"]:
                    # A list to choose from; what is refused is still said in the words of the rules themselves.
                    field.widget = forms.Select(choices=[(word, _choice(said, word)) for word in said["choices"]])
        self.fields["symbols"].help_text += ' A list such as ["AAPL", "MSFT"].'
        self.fields["indicators"].help_text += ' An object such as {"RSI": {"period": 14}}.'
        self.fields["risk_management"].help_text = format_html_join("", "<div>{}</div>", ((line,) for line in of_risk))

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
        self._act(request, queryset, "start", "started")

    @admin.action(description="Pause (no entries; exits go on)")
    def pause(self, request: HttpRequest, queryset: Any) -> None:
        self._act(request, queryset, "pause", "paused")

    @admin.action(description="Stop (stops and targets stay at the broker)")
    def stop(self, request: HttpRequest, queryset: Any) -> None:
        self._act(request, queryset, "stop", "stopped")

    def _act(self, request: HttpRequest, queryset: Any, action: str, word: str) -> None:
        """One that may not holds up no other, and is named with the reason."""
        by = request.user.get_username()
        acted = bots_act(bots=list(queryset.order_by("name")), action=action, close_positions=False, by=by)
        done = [one["name"] for one in acted if one["done"]]
        if done:
            self.message_user(request, f"{', '.join(done)}: {word}", messages.SUCCESS)
        for one in acted:
            if not one["done"]:
                self.message_user(request, f"{one['name']}: {one['detail']}", messages.WARNING)


@admin.register(BotVersion)
class BotVersionAdmin(ReadOnlyAdmin):
    list_display = ["bot", "number", "changed_by", "created_at"]


class SavedTemplateForm(forms.ModelForm):
    """Checked by the same rules as over the API."""

    # Who has it open.
    by: ClassVar[str] = ""

    class Meta:
        model = SavedTemplate
        fields = FIELDS
        help_texts = {
            "name": "1 to 80 characters, once among all templates, whatever the case of its letters.",
            "description": "What a bot made of it does, in up to 200 characters. May be empty.",
            "config": "A bot's settings without name and symbols, an object such as"
            ' {"capital": 10000, "indicators": {"RSI": {}}, "risk_management": {"stop_loss": 0.02}}.'
            " What is left out has its default.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            wanted = template_read({field: cleaned[field] for field in FIELDS}, whole=True)
            if self.instance.pk:
                self.saved = template_update(template=self.instance, wanted=wanted, by=self.by)
            else:
                self.saved = template_create(wanted=wanted, by=self.by)
        except ConfigError as error:
            for fault in error.errors:
                self.add_error(fault.field.partition(".")[0], str(fault))
        except NotAllowed as error:
            self.add_error(None, str(error))
        return cleaned

    def save(self, commit: bool = True) -> SavedTemplate:
        return self.saved

    def save_m2m(self) -> None:
        """Nothing to do: the services have saved everything."""


@admin.register(SavedTemplate)
class SavedTemplateAdmin(admin.ModelAdmin):
    form = SavedTemplateForm
    list_display = ["name", "description", "by", "updated_at"]
    search_fields = ["name", "description"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        return type("SavedTemplateFormOf", (form,), {"by": request.user.get_username()})

    def save_model(self, request: HttpRequest, obj: SavedTemplate, form: Any, change: bool) -> None:
        """The form's services have saved it."""
