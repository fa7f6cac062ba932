"""Whether a project has all that the gate needs, and what it leaves out: `ribbon doctor`."""

from ribbon.doctor.examine import examine
from ribbon.doctor.section import Section

__all__ = ["Section", "examine"]
