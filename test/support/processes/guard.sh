#!/bin/sh
# Ends a process group of ours and removes its directory as soon as standard input closes. The test process holds the other end of that
# pipe, so this also happens when it is killed with SIGKILL, which no handler inside it would survive.
#
# usage: guard.sh DIRECTORY; the processes are those in DIRECTORY/pids/*
cat >/dev/null
for file in "$1"/pids/*; do
  [ -e "$file" ] || continue
  pid=$(cat "$file")
  kill -9 "$pid" 2>/dev/null
done
# A process that is being killed may still create files: remove until nothing is left.
attempts=0
while [ -e "$1" ] && [ "$attempts" -lt 100 ]; do
  rm -rf "$1" 2>/dev/null && [ ! -e "$1" ] && exit 0
  attempts=$((attempts + 1))
  sleep 0.05
done
