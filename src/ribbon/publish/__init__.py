"""Publishing: the marts that passed become the file that readers open."""

from ribbon.publish.publishing import Held, Publication, publish, reason_not_to_publish

__all__ = ["Held", "Publication", "publish", "reason_not_to_publish"]
