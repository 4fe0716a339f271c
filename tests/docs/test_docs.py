"""Each page does what it says: every file is written, every command is run, every link leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.documents import pages
from tests.docs.reader import Reader, new_reader


@pytest.fixture(scope="session")
def readers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reader]:
    """A reader for each page, who has not begun."""
    return {page: new_reader(tmp_path_factory.mktemp(Path(page).stem)) for page in pages()}
