"""Where sensors and cameras stand, and in which state each was at the end of a view."""

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.view import View

SENSOR_STATES = ("alarm", "silent", "unknown", "online")
CAMERA_STATES = ("offline", "unknown", "online")
