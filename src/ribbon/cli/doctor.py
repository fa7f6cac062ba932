"""`ribbon doctor`: check a project, and name the remedy of whatever is wrong."""

from ribbon import __version__
from ribbon.cli.session import Needs, Session, command
from ribbon.doctor import examine
from ribbon.scaffold import has_ribbon

__all__ = ["doctor"]


@command("doctor", needs=Needs.NOTHING)
def doctor(session: Session) -> int:
    """Check the project: versions, the package, wrappers and hooks, the gate, layers, publishing, history.

    Exits with 1 if something keeps the gate from working. What is not gated and what Ribbon's rules would say is
    information. Nothing is built.
    """
    paths, console = session.paths, session.console
    paths.require_project()
    if not has_ribbon(paths.project_dir):
        paths.require_ribbon()
    with console.bar("dbt"):
        sections = examine(paths, __version__)
    for section in sections:
        console.heading(section.title)
        for fact in section.facts:
            console.say(f"  {fact}")
        for note in section.notes:
            console.warn(note)
        console.findings(section.findings)
        console.record(section.key, section.document)
    broken = any(section.broken for section in sections)
    found = sum(len(section.findings) + len(section.notes) for section in sections)
    console.heading("Verdict")
    console.say(
        "  The gate does not work: see the findings marked ✗."
        if broken
        else f"  The gate works; {found:,} to look at, marked !."
        if found
        else "  The gate works."
    )
    console.record("works", not broken)
    return 1 if broken else 0
