"""The event log the page is fed from."""

from django.db import models


class Event(models.Model):
    """Something that changed what a person sees. Ids rise in the order in which the changes were committed."""

    type = models.CharField(max_length=40)
    payload = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["created"])]

    def __str__(self) -> str:
        return f"{self.id} {self.type}"
