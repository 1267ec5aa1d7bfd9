"""The Flask extensions, wired to the app in app.py."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from service.models import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
babel = Babel()
csrf = CSRFProtect()

login_manager = LoginManager()
# It would bind a session to what X-Forwarded-For says; sessions are rows of user_sessions instead.
login_manager.session_protection = None
