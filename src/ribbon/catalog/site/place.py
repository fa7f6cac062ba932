"""Where a site and what is remembered of it lie."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError

__all__ = ["MARK", "MARK_SAYS", "Place", "place_of"]

# In the folder of every site: what lies beside it may be removed.
MARK = ".ribbon-site"
MARK_SAYS = "Written by `ribbon docs`, which removes from the folders here whatever it has not written itself.\n"


@dataclass(frozen=True)
class Place:
    """ours: whether the project is Ribbon's. home: the folder of state and lock. site_dir: the folder of pages.

    target_dir: where dbt's artifacts are to be read; None for the project's own, brought up to date.
    """

    ours: bool
    home: Path
    site_dir: Path
    target_dir: Path | None

    @property
    def state_file(self) -> Path:
        """A file for each site: of one that is somewhere else, its name says where."""
        if self.site_dir == self.home / "site":
            return self.home / "catalog.sqlite"
        return self.home / f"catalog-{blake2b(str(self.site_dir).encode(), digest_size=4).hexdigest()}.sqlite"


def place_of(project: ProjectPaths, output: Path | None = None, target_path: Path | None = None) -> Place:
    """Where the site of a project goes. Raises ConfigError where `output` is a folder of something else."""
    ours = project.is_ours
    target_dir = (project.project_dir / target_path).resolve() if target_path else None
    home = project.home(target_dir or project.target_dir)
    site_dir = Path.cwd().joinpath(output).resolve() if output else home / "site"
    if output and site_dir.is_dir() and any(site_dir.iterdir()) and not (site_dir / MARK).is_file():
        raise ConfigError(
            f"{site_dir}: is a folder of something else, where `ribbon docs` would remove what it has not written. Name"
            " an empty folder or one that is not there."
        )
    return Place(ours, home, site_dir, target_dir if target_dir or ours else project.target_dir)
