"""The state of promises, runs and relations: a word for colours, and a sentence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ribbon.catalog.pages.format import plural
from ribbon.catalog.views import Health, HealthView, PromiseView, RelationView, Trouble, UseCaseView

__all__ = [
    "COUNTED",
    "WORDS",
    "Summary",
    "group_summary",
    "health_summary",
    "promises_summary",
    "relation_summary",
    "shown_status",
    "trouble_words",
    "use_case_summary",
]

SHOWN = {
    "pass": "pass",
    "passed": "pass",
    "success": "pass",
    "warn": "warn",
    "partial success": "warn",
    "fail": "fail",
    "failed": "fail",
    "error": "fail",
    "runtime error": "fail",
    "interrupted": "fail",
}
# Of a status that is counted, and of a single promise.
COUNTED = {"pass": "passed", "warn": "warned", "fail": "failed", "never": "not measured"}
WORDS = {
    "pass": "passing",
    "success": "passing",
    "warn": "warning",
    "fail": "failing",
    "error": "could not be measured",
    "runtime error": "could not be measured",
    "skipped": "skipped",
    "never": "never measured",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """A state. status: pass, warn, fail or never."""

    status: str
    words: str


def shown_status(status: str) -> str:
    """One of four colours for any status of dbt and Ribbon; an unknown one is `never`."""
    return SHOWN.get(status) or SHOWN.get(status.lower(), "never")


def promises_summary(promises: Iterable[PromiseView]) -> Summary:
    """How many passed when they were last measured."""
    seen = Counter(shown_status(promise.status) for promise in promises)
    total = sum(seen.values())
    if not total:
        return Summary("never", "no promises")
    for status, words in (("fail", "failing"), ("warn", "with a warning")):
        if seen[status]:
            return Summary(status, f"{seen[status]} of {plural(total, 'promise')} {words}")
    if not seen["pass"]:
        return Summary("never", f"{plural(total, 'promise')}, never measured")
    passing = f"all {total:,} promises passing" if total > 1 else "its one promise is passing"
    return Summary(
        "pass", passing if seen["pass"] == total else f"{seen['pass']:,} of {total:,} promises measured, all passing"
    )


def relation_summary(view: RelationView) -> Summary:
    """The worst of the verdict on it."""
    return Summary(view.verdict.status, view.verdict.headline)


def group_summary(health: Health) -> Summary:
    """The worst of a group first, in words."""
    bad = [
        f"{number:,} {words}"
        for number, words in (
            (health.failing, "failing"),
            (health.broken, "not built"),
            (health.late, "late"),
            (health.short, "with rows missing"),
            (health.kept, "held back from readers"),
            (health.behind, "waiting for what they read"),
            (health.warning, "with a warning"),
        )
        if number
    ]
    passing = [f"{plural(health.passing, 'promise')} passing"] if health.passing else []
    never = [f"{health.never:,} never measured"] if health.never else []
    return Summary(health.status, ", ".join(bad + passing + never) or "no promises")


def use_case_summary(view: UseCaseView) -> Summary:
    """The worst of the verdict on its marts, else whether the promises to the use case passed."""
    if view.verdict.reasons:
        return Summary(view.verdict.status, view.verdict.headline)
    if view.met:
        return Summary("pass", f"all {view.met:,} measured promises passing")
    return Summary("never", "not measured yet")


def health_summary(view: HealthView) -> Summary:
    """The headline of the health page."""
    if view.runs and view.runs[0].status == "interrupted":
        return Summary("fail", "The last run was interrupted: what it did is not known")
    red = sum(shown_status(trouble.status) == "fail" for trouble in view.troubles)
    amber = len(view.troubles) - red
    if red:
        return Summary("fail", f"{plural(red, 'thing is', 'things are')} red" + (f", {amber:,} amber" if amber else ""))
    if amber:
        return Summary("warn", f"Nothing is red, {plural(amber, 'thing is', 'things are')} amber")
    if view.measured:
        return Summary("pass", f"All is well: {view.passing:,} promises passing")
    return Summary("never", "Not measured yet")


def trouble_words(trouble: Trouble) -> str:
    """What is wrong, by what it is about."""
    failed = shown_status(trouble.status) == "fail"
    words = {
        "node": ("did not build", "built with a warning"),
        "freshness": ("too late", "late"),
        "quarantine": ("in quarantine",) * 2,
    }
    red, amber = words.get(trouble.what, (WORDS.get(trouble.status, trouble.status), "warning"))
    return red if failed else amber
