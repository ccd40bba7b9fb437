"""The application that a server process imports."""

from gridsvc.settings import settings as read_settings
from gridsvc.web.app import create_app
from gridsvc.web.balance import Balanced, Slots

_settings = read_settings()
app = create_app(_settings)
if _settings.slots is not None:  # one worker of several
    app = Balanced(app, Slots(_settings.slots))  # type: ignore[assignment]
