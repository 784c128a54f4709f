#!/bin/sh
# One promise breaks the disk under SQLite with a few lines of C. Installs a compiler where we may; says so elsewhere.
command -v cc >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -q -y gcc libc6-dev >/dev/null && exit 0
fi
echo "A C compiler is missing: install the package 'gcc', or the test of a full disk fails." >&2
