"""The application that a server process imports."""

from gridsvc.web.app import create_app

app = create_app()
