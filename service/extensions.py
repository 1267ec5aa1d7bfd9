"""The Flask extensions, wired to the app in app.py."""

from flask_babel import Babel
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from service.models import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
babel = Babel()
