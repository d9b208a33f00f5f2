# Keeps a MariaDB in a temporary folder, whose name it prints, for as long as its standard input is open; then leaves
# nothing behind. Whoever holds the other end may end in any way, even by SIGKILL: the end of the input is noticed.
#
# Arguments: mariadb-install-db, mariadbd, options for both.
# In the folder: log, the server's socket, and `ended` once the server has ended or could not be prepared.

dir=$(mktemp -d "${TMPDIR:-/tmp}/fairwheel-mariadb.XXXXXX") || exit
echo "$dir"
exec 3<&0 </dev/null >"$dir/log" 2>&1
install_db=$1
server=$2
shift 2

# --rpm keeps it from changing the owner of a system folder, which it does with --user, and from looking up host names.
if "$install_db" --no-defaults --rpm --auth-root-authentication-method=normal --skip-test-db \
    --datadir="$dir/data" "$@"; then
    "$server" --no-defaults --datadir="$dir/data" --socket="$dir/socket" "$@" 3<&- &
    pid=$!
    # Nothing in the folder is worth an orderly shutdown.
    { read -r input <&3; kill -KILL "$pid"; } &
    watcher=$!
    wait "$pid"
    # Its number may belong to another process from now on.
    kill "$watcher"
fi
: >"$dir/ended"
read -r input <&3
rm -rf "$dir"
