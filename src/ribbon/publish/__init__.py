"""Publishing: which marts may go to readers, and the versions of the file that readers open."""

from ribbon.publish.publishing import Held, Kept, Publication, publish, reason_not_to_publish

__all__ = ["Held", "Kept", "Publication", "publish", "reason_not_to_publish"]
