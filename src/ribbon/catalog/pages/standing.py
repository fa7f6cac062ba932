"""How promises, runs and relations stand, in one word for colours and in a sentence for people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ribbon.catalog.pages.figures import plural
from ribbon.catalog.views import Health, HealthView, PromiseView, RelationView, Trouble, UseCaseView

__all__ = [
    "SAID",
    "WORDS",
    "Standing",
    "group_standing",
    "health_standing",
    "promises_standing",
    "relation_standing",
    "shown_status",
    "trouble_words",
    "use_case_standing",
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
SAID = {"pass": "kept", "warn": "warned", "fail": "broken", "never": "not measured"}
WORDS = {
    "pass": "kept",
    "success": "kept",
    "warn": "warns",
    "fail": "broken",
    "error": "could not be measured",
    "runtime error": "could not be measured",
    "skipped": "skipped",
    "never": "never measured",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """status: pass, warn, fail or never."""

    status: str
    words: str


def shown_status(status: str) -> str:
    """The four colours that there are, of all that dbt and Ribbon say; what says nothing is `never`."""
    return SHOWN.get(status) or SHOWN.get(status.lower(), "never")


def promises_standing(promises: Iterable[PromiseView]) -> Standing:
    """How many were kept when they were last measured."""
    seen = Counter(shown_status(promise.status) for promise in promises)
    total = sum(seen.values())
    if not total:
        return Standing("never", "promises nothing")
    for status, said in (("fail", "broken"), ("warn", "with a warning")):
        if seen[status]:
            return Standing(status, f"{seen[status]} of {plural(total, 'promise')} {said}")
    if not seen["pass"]:
        return Standing("never", f"{plural(total, 'promise')}, never measured")
    kept = f"all {total:,} promises kept" if total > 1 else "its one promise is kept"
    return Standing(
        "pass", kept if seen["pass"] == total else f"{seen['pass']:,} of {total:,} promises measured, all kept"
    )


def relation_standing(view: RelationView) -> Standing:
    """Its last build if that failed, else its promises. A run that skipped it says nothing."""
    built = next((run for run in view.runs if run.status != "skipped"), None)
    if built and shown_status(built.status) == "fail":
        return Standing("fail", "its last build failed")
    return promises_standing(view.all_promises)


def group_standing(health: Health) -> Standing:
    """The worst of a group first, in words."""
    bad = [
        f"{number:,} {words}"
        for number, words in (
            (health.failing, "broken"),
            (health.broken, "not built"),
            (health.late, "late"),
            (health.warning, "with a warning"),
        )
        if number
    ]
    kept = [f"{plural(health.passing, 'promise')} kept"] if health.passing else []
    never = [f"{health.never:,} never measured"] if health.never else []
    return Standing(health.status, ", ".join(bad + kept + never) or "promises nothing")


def use_case_standing(view: UseCaseView) -> Standing:
    """Whether what was promised to the use was kept."""
    measured = plural(view.met + view.warned + view.broken, "measured promise")
    if view.broken:
        return Standing("fail", f"{view.broken:,} of {measured} broken")
    if view.warned:
        return Standing("warn", f"{view.warned:,} of {measured} with a warning")
    if view.met:
        return Standing("pass", f"all {view.met:,} measured promises kept")
    return Standing("never", "nothing was measured yet")


def health_standing(view: HealthView) -> Standing:
    """The headline of the morning."""
    red = sum(shown_status(trouble.status) == "fail" for trouble in view.troubles)
    amber = len(view.troubles) - red
    if red:
        return Standing(
            "fail", f"{plural(red, 'thing is', 'things are')} red" + (f", {amber:,} amber" if amber else "")
        )
    if amber:
        return Standing("warn", f"Nothing is red, {plural(amber, 'thing is', 'things are')} amber")
    if view.measured:
        return Standing("pass", f"All is well: {view.passing:,} promises kept")
    return Standing("never", "Nothing was measured yet")


def trouble_words(trouble: Trouble) -> str:
    """What is wrong, by what it is about."""
    failed = shown_status(trouble.status) == "fail"
    words = {
        "node": ("did not build", "built with a warning"),
        "freshness": ("too late", "late"),
        "quarantine": ("in quarantine",) * 2,
    }
    red, amber = words.get(trouble.what, (WORDS.get(trouble.status, trouble.status), "warns"))
    return red if failed else amber
