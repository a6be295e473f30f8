# keep.sh <agent> <seconds> <log level> [<path> <auth mount> <role>]
#
# Runs one agent of Vault, starts it anew when it ends, and, of an agent that keeps a grant, takes its files away as soon as Vault says
# that the grant is gone. An outage, a server that is sealed and any answer that proves nothing take nothing away: what was delivered
# stays in use then.
set -u
name=$1 seconds=$2 level=$3 path=${4-} mount=${5-} role=${6-}
token=/vault/run/$name.token
alive=/vault/run/$name.alive
files=/vault/secrets/$name
agent=

say() {
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) [$1]  keep: $2" >&2
}

start() {
  bao agent -config="/vault/config/$name.json" -log-level="$level" &
  agent=$!
}

stop() {
  test -n "$agent" || return 0
  kill "$agent" 2>/dev/null
  wait "$agent" 2>/dev/null
  agent=
}

# What a token may do at the path: holds, gone, refused (the token itself is), or unknown.
ask() {
  answer=$(BAO_TOKEN=$1 bao token capabilities "$path" 2>&1)
  case $answer in
    deny) echo gone ;;
    *'Code: 403'*) echo refused ;;
    *[!a-z\ ,]* | '') echo unknown ;;
    *) echo holds ;;
  esac
}

# A token ends by itself, too, so one that is refused proves nothing: only signing in anew does. A role that is not there is
# answered by these words; a review of the service account's token that fails, as while the API server is away, by others.
verdict() {
  found=refused
  test ! -s "$token" || found=$(ask "$(cat "$token")")
  if test "$found" = refused; then
    answer=$(bao write -field=token "$mount/login" role="$role" jwt=@/vault/token/token 2>&1)
    case $answer in
      *'invalid role name'*) found=gone ;;
      *[!A-Za-z0-9._-]* | '') found=unknown ;;
      *)
        fresh=$answer
        found=$(ask "$fresh")
        BAO_TOKEN=$fresh bao token revoke -self >/dev/null 2>&1
        ;;
    esac
  fi
  test "$found" = refused && found=unknown
  echo "$found"
}

trap 'stop; exit 0' TERM INT
lost=
start
while :; do
  touch "$alive"
  sleep "$seconds" &
  wait $!
  if test -n "$path"; then
    case $(verdict) in
      gone)
        if test -z "$lost"; then
          stop
          rm -rf "$files"
          lost=yes
          say ERROR "the grant $role is gone: Vault allows nothing at $path any more; the files in $files are taken away. Ask for it again in the portal, or take it out of the values"
        fi
        ;;
      holds)
        if test -n "$lost"; then
          lost=
          say INFO "the grant $role is there again"
        fi
        ;;
    esac
  fi
  if test -z "$lost" && { test -z "$agent" || ! kill -0 "$agent" 2>/dev/null; }; then
    test -z "$agent" || say WARN 'the agent has ended and is started anew'
    start
  fi
done
