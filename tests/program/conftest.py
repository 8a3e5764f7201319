from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def contract_example():
    return (Path(__file__).parent / "contract.yaml").read_text("utf-8")
