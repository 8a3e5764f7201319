"""What tests of plug-ins share."""

import pytest

from tests.plugins.packages import Packages


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Installs a package of one module with an entry point."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    packages = Packages(folder)
    yield packages
    packages.remove()
