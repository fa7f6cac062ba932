"""dbt's own documentation as one page that needs no server."""

import shutil
from pathlib import Path

from ribbon.config import Project
from ribbon.dbt.runner import run_dbt
from ribbon.errors import WorldError

__all__ = ["build_site"]


def build_site(project: Project) -> Path:
    """Write data/site/index.html from the project and its database; returns its path."""
    # In a folder of its own: it compiles every node, and must not pass for the last run that `dbt retry` looks at.
    artifacts = project.target_dir / "docs"
    run_dbt(project, ["docs", "generate", "--static", "--target-path", str(artifacts)])
    page = project.site_dir / "index.html"
    draft = page.with_suffix(".next")
    try:
        project.site_dir.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(artifacts / "static_index.html", draft)
        draft.replace(page)  # readers see the old page or the new one
    except OSError as error:
        raise WorldError(f"{project.site_dir}: cannot be written: {error.strerror}.") from error
    return page
