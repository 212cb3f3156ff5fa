"""ARCHITECTURE.md and the other first pages name files and commands that exist."""

import re

import pytest
from lib import paths

ARCHITECTURE = (paths.REPOSITORY / "ARCHITECTURE.md").read_text()
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    *(f"docs/{one.name}" for one in sorted((paths.REPOSITORY / "docs").glob("*.md"))),
)


def exists(name: str) -> bool:
    """Report whether a path exists in the checkout, or below webhook/ as a directory, a header or a source."""
    module = paths.REPOSITORY / "webhook" / name
    candidates = (paths.REPOSITORY / name, module, module.with_suffix(".h"), module.with_suffix(".cc"))
    return any(one.exists() for one in candidates)


def test_every_path_that_the_map_names_exists() -> None:
    named = [name for name in re.findall(r"`([a-z0-9_.-]+/[A-Za-z0-9_./-]*)`", ARCHITECTURE)]
    assert len(named) > 50
    missing = [name for name in named if not exists(name)]
    assert missing == []


def test_the_map_names_every_directory_at_the_top() -> None:
    named = set(re.findall(r"^([a-z-]+)/ ", ARCHITECTURE, re.MULTILINE))
    top = {
        one.name for one in paths.REPOSITORY.iterdir() if one.is_dir() and one.name[0] != "." and one.name != "build"
    }
    assert top == named


def test_the_map_is_one_page() -> None:
    assert len(ARCHITECTURE.splitlines()) <= 110


@pytest.mark.parametrize("page", PAGES)
def test_the_links_and_commands_of_the_documents_lead_somewhere(page: str) -> None:
    text = (paths.REPOSITORY / page).read_text()
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if link and not (paths.REPOSITORY / page).parent.joinpath(link).exists()]
    commands = set(re.findall(r"(?<![\w/.])((?:hack|\.ci)/[a-z.-]*[a-z])", text))
    missing += sorted(name for name in commands if not (paths.REPOSITORY / name).exists())
    assert missing == []
