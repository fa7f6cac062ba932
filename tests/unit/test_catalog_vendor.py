"""The site's scripts: libraries are what their list says they are, and every page asks for scripts that exist."""

import re
from hashlib import sha256
from pathlib import Path

from ribbon.catalog.pages import assets

BROWSER = Path(__file__).parents[2] / "src/ribbon/catalog/browser"
VENDOR = BROWSER / "vendor"


def test_every_library_is_the_one_that_its_package_ships() -> None:
    listed = dict(re.findall(r"^\| (\S+\.js) .* ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.MULTILINE))
    assert listed == {file.name: sha256(file.read_bytes()).hexdigest() for file in VENDOR.glob("*.js")}


def test_every_library_has_its_licence_beside_it() -> None:
    libraries = {file.name.partition(".")[0] for file in VENDOR.glob("*.js")}
    assert libraries == {file.stem for file in VENDOR.glob("*.LICENSE")}


def test_pages_ask_for_every_script_and_for_none_that_is_missing() -> None:
    asked = {*assets.STYLES, *assets.FIRST, *assets.EVERY_PAGE, *assets.FRONT, *assets.RELATION}
    later = {"vendor/ufuzzy.min.js", "vendor/dagre.min.js"}
    there = {file.relative_to(BROWSER).as_posix() for pattern in ("*.js", "*.css") for file in BROWSER.rglob(pattern)}
    assert asked | later == there


def test_libraries_that_scripts_load_by_themselves_are_there() -> None:
    named = {name for file in BROWSER.glob("*.js") for name in re.findall(r'library\("([^"]+)"', file.read_text())}
    assert named
    assert all((BROWSER / name).is_file() for name in named)
