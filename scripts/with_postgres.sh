#!/usr/bin/env bash
# Run a command beside a PostgreSQL server of Debian's, made for it and thrown away: scripts/with_postgres.sh COMMAND…
# The command finds it in TONGCHOU_TEST_DATABASE_URL. Needs the package postgresql-15 (or newer); root runs it as postgres.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[[ -n $bin && -x $bin/initdb ]] || { echo "no PostgreSQL server below /usr/lib/postgresql; install postgresql-15" >&2; exit 1; }
folder=$(mktemp -d /tmp/tongchou-pg.XXXXXX)
as() { "$@"; }
if [[ $(id -u) == 0 ]]; then
    chown postgres "$folder"
    as() { runuser -u postgres -- "$@"; }
fi
stop() { as "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"; }
trap stop EXIT
cd "$folder"
as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as "$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" -o "-c listen_addresses= -c unix_socket_directories=$folder" start
cd "$OLDPWD"
export TONGCHOU_TEST_DATABASE_URL="host=$folder dbname=postgres user=postgres"
"$bin/postgres" --version
"$@"
