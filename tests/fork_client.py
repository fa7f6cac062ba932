"""Asks the fork server for a process, and is that process for whoever started it.

Run as a program, it is a dbt or a ribbon that starts at once: `fork_client.py SOCKET dbt WORDS…`. It imports next to
nothing.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

__all__ = ["connect", "send", "wait"]


def connect(address: str) -> socket.socket:
    """A connection to the server. Raises OSError where none listens."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def send(connection: socket.socket, request: Mapping[str, object], descriptors: Sequence[int] = ()) -> None:
    """Send a request: the program's words, folder and environment, and its three standard streams."""
    body = json.dumps(request).encode()
    socket.send_fds(connection, [len(body).to_bytes(8, "big")], list(descriptors))
    connection.sendall(body)


def wait(connection: socket.socket) -> int:
    """The exit code of the process that was asked for; minus the signal that ended it."""
    answer = connection.makefile("rb").readline()
    if not answer:
        raise ConnectionError("the fork server ended before the process that it was asked for")
    return int(answer)


def main() -> None:
    """Be the process: same streams, signals passed on, same end."""
    _, address, *words = sys.argv
    connection = connect(address)

    def pass_on(number: int, _: FrameType | None) -> None:
        connection.sendall(bytes([number]))

    folder = os.getcwd()  # noqa: PTH109 - pathlib takes as long to import as all else here
    send(connection, {"words": words, "folder": folder, "environment": dict(os.environ)}, (0, 1, 2))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    code = wait(connection)
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
