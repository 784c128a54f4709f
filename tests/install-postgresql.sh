#!/bin/sh
# The storage tests start a PostgreSQL of their own from Debian's binaries. Installs them where we may; says in one line
# what is missing elsewhere. No service is used: Debian's own cluster, if there is one, is left alone.
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -q -y postgresql >/dev/null && exit 0
fi
echo "PostgreSQL is missing: install the package 'postgresql', or the tests on it fail." >&2
