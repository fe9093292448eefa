# shellcheck shell=bash
# Steps with a heading, a time limit, a result and a summary. Sourced by .ci/run.

# The whole run ends within this many seconds, whatever hangs.
readonly budget=1740

summary=()
failed=0
beside=()
work=$(mktemp -d)

# step NAME SECONDS COMMAND... runs one step; a failure is noted and the run
# goes on, so that one run tells about everything that is broken.
step() {
  local name=$1 limit=$2 code took cpu
  shift 2
  printf '\n==> %s  (%s)\n    %s\n' "$name" "$(date +%T)" "$*"
  attempt "$limit" "$@"
  noted "$name" "$limit" "$code" "$took" "$cpu"
}

# must is a step that everything after it needs.
must() {
  step "$@" || finish
}

# begin NAME SECONDS COMMAND... starts a step beside those that follow, for one that
# waits more than it works. What it prints and its result come with joined.
begin() {
  local name=$1 limit=$2
  shift 2
  printf '\n==> %s, beside what follows  (%s)\n    %s\n' "$name" "$(date +%T)" "$*"
  local files=$work/${#beside[@]}
  (
    attempt "$limit" "$@" >"$files.out" 2>&1
    printf '%s\n' "$code" "$took" "$cpu" >"$files.result"
  ) &
  beside+=("$! $limit $files $name")
}

# joined waits for every step that was begun.
joined() {
  local pid limit files name
  local -a result
  while ((${#beside[@]} > 0)); do
    read -r pid limit files name <<<"${beside[0]}"
    beside=("${beside[@]:1}")
    wait "$pid"
    printf '\n==> %s, begun before\n' "$name"
    cat "$files.out"
    mapfile -t result <"$files.result"
    noted "$name" "$limit" "${result[@]}"
  done
}

# finish prints the summary and ends the run.
finish() {
  joined
  rm -rf "$work"
  printf '\n==> Summary\n'
  printf '    %s\n' "${summary[@]}"
  printf '    %5d s  in all\n' "$SECONDS"
  if ((failed > 0)); then
    printf '\nFAILED: %d of %d steps\n' "$failed" "${#summary[@]}"
    exit 1
  fi
  printf '\nOK: %d steps\n' "${#summary[@]}"
  exit 0
}

# attempt runs a command within its limit and that of the whole run, and sets code,
# took (seconds) and cpu (seconds of CPU).
attempt() {
  local limit=$1 began=$SECONDS left=$((budget - SECONDS)) before
  shift
  spent
  before=$cpu
  ((limit < left)) || limit=$left
  code=0
  if ((limit > 0)); then
    timeout --kill-after=15 "$limit" "$@" </dev/null || code=$?
  else
    code=124
  fi
  took=$((SECONDS - began))
  spent
  cpu=$((cpu - before))
}

# spent sets cpu to the CPU that this shell's commands took so far. `times` in a
# subshell would begin at zero again, so it writes to a file.
spent() {
  local file=$work/times.$BASHPID
  times >"$file"
  cpu=$(awk -F'[ms ]+' 'NR == 2 { printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }' "$file")
}

# noted keeps what became of a step for the summary, and returns its code.
noted() {
  local name=$1 limit=$2 code=$3 took=$4 cpu=$5 result=ok
  case $code in
  0) ;;
  124) result="FAILED: no answer within its $limit s, or the $budget s of the run" ;;
  *) result="FAILED: exit $code" ;;
  esac
  ((code == 0)) || failed=$((failed + 1))
  printf -- '<-- %s: %s (%d s, %d s of CPU)\n' "$name" "$result" "$took" "$cpu"
  summary+=("$(printf '%5d s %5d s of CPU  %-28s %s' "$took" "$cpu" "$name" "$result")")
  return "$code"
}
