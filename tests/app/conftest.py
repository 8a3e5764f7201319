from __future__ import annotations

import pytest

from loyaltykit.app import Loyalty
from tests.app.school import PROGRAM


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/school.db"


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit
