# shellcheck shell=bash
# Steps with a heading, a time limit, a result and a summary. Sourced by .ci/run.

# The whole run ends within this many seconds, whatever hangs.
readonly budget=1740

summary=()
failed=0
times_file=$(mktemp)

# spent sets cpu to the seconds of CPU that the steps so far took. A subshell would
# begin at zero again, so `times` writes to a file.
spent() {
  times >"$times_file"
  cpu=$(awk -F'[ms ]+' 'NR == 2 { printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }' "$times_file")
}

# step NAME SECONDS COMMAND... runs one step; a failure is noted and the run
# goes on, so that one run tells about everything that is broken.
step() {
  local name=$1 limit=$2 began=$SECONDS code=0 cpu
  shift 2
  spent
  local before=$cpu
  local left=$((budget - SECONDS))
  ((limit < left)) || limit=$left
  printf '\n==> %s  (%s)\n    %s\n' "$name" "$(date +%T)" "$*"
  if ((limit > 0)); then
    timeout --kill-after=15 "$limit" "$@" </dev/null || code=$?
  else
    code=124
  fi
  local took=$((SECONDS - began)) result=ok
  case $code in
  0) ;;
  124) result="FAILED: no answer within ${limit} s" ;;
  *) result="FAILED: exit $code" ;;
  esac
  ((code == 0)) || failed=$((failed + 1))
  spent
  printf -- '<-- %s: %s (%d s, %d s of CPU)\n' "$name" "$result" "$took" "$((cpu - before))"
  summary+=("$(printf '%5d s %5d s of CPU  %-28s %s' "$took" "$((cpu - before))" "$name" "$result")")
  return "$code"
}

# must is a step that everything after it needs.
must() {
  step "$@" || finish
}

# finish prints the summary and ends the run.
finish() {
  rm -f "$times_file"
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
