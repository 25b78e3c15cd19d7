"""The version of the product; a release's tag is `v` and this."""

VERSION = "0.1.0"
