"""``gridsvc difference …``; the commands stand beside ``gridsvc reconcile``."""

from gridsvc.cli.reconcile import decisions as app

__all__ = ["app"]
