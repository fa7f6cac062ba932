#!/bin/sh
# Makes sure that there is a Chromium to test with. On Debian, root gets it from the distribution's packages.
set -eu
if [ -n "${RIBBON_CHROMIUM:-}" ]; then exit 0; fi
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq && apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core > /dev/null; then
        exit 0
    fi
fi
echo "make browser needs Chromium. Install your system's package (Debian: apt-get install chromium)," >&2
echo "or name a program: RIBBON_CHROMIUM=/path/to/chrome make browser" >&2
exit 1
