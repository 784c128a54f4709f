#!/bin/sh
# The browser tests use Debian's Chromium. Installs it where we may; says in one line what is missing elsewhere.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -q -y chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "Chromium is missing: install the package 'chromium', or the browser tests fail." >&2
