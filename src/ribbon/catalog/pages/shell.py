"""What all pages of a site share: title, navigation, where its root is, when it was made."""

from dataclasses import dataclass

__all__ = ["NavEntry", "Shell"]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A link of the header. page: relative to the site's root."""

    label: str
    page: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around a page.

    title: of the site. version: of the assets, so that browsers do not show old ones. depth: how many folders the page
    is below the root: 0 for index.html, 1 for relation/x.html. built_at: when dbt wrote the artifacts, ISO 8601 in
    UTC. artifacts: what the site was made from, in words.
    """

    title: str
    version: str = ""
    depth: int = 0
    built_at: str = ""
    artifacts: str = ""
    nav: tuple[NavEntry, ...] = (
        NavEntry("Overview", "index.html"),
        NavEntry("Health", "health.html"),
        NavEntry("Evolution", "evolution.html"),
    )

    @property
    def root(self) -> str:
        """What stands before a path of the site, for a link from this page: `../` or nothing."""
        return "../" * self.depth

    def url(self, page: str) -> str:
        """A link from this page to a page or file of the site, given relative to its root."""
        return self.root + page

    def asset(self, name: str) -> str:
        """A link to a script or style."""
        query = f"?v={self.version}" if self.version else ""
        return f"{self.root}assets/{name}{query}"
