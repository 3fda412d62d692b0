#!/usr/bin/env bash
# Builds, runs and tests SafeClaw.Actors. Needs only the .NET 10 SDK; `./build.sh --help` lists the verbs.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

configuration=Release
executables=(Host Guest Agent Shim Amdsp)
dev=out/dev
results=out/test-results

# help begins
usage() { cat <<'HELP'
./build.sh VERB [ARGUMENTS]

  build              restore and build everything; executables side by side in out/dev
  run [ARGUMENTS]    build, then start the host in the environment Development (safeclaw serve)
  test [PROJECT...]  build, then run every test that needs only the SDK; others are skipped and counted
  bench [--json] [NAME...]  measure side by side in one run: cold, privacy
  soak               not here yet
  long WHAT          long runs: slow (the scenarios that take minutes)
  publish            not here yet
  package            not here yet
  guest-image        not here yet
  format             bring the code into its format; format --verify-no-changes only checks

Exit codes: 0 done, 1 failed, 2 usage or not here yet.
HELP
}
# help ends

not_yet() {
    echo "build.sh: '$1' is not here yet; docs/mission.md says what waits." >&2
    exit 2
}

# Copies every executable's output into one folder and measures the guest's part of it.
side_by_side() {
    mkdir -p "$dev"
    for project in "${executables[@]}"; do
        cp -ru "src/SafeClaw.$project/bin/$configuration/net10.0/." "$dev/"
    done
    local guest
    mapfile -t guest < <(find src/SafeClaw.Guest/bin/$configuration/net10.0 src/SafeClaw.Agent/bin/$configuration/net10.0 \
        -maxdepth 1 -type f \( -name '*.dll' -o -name 'safeclaw-guest' -o -name 'safeclaw-agent' -o -name '*.runtimeconfig.json' -o -name '*.deps.json' \) \
        -printf '%f\n' | sort -u)
    "$dev/safeclaw-shim" manifest --write "$dev" "${guest[@]}"
}

build_all() {
    dotnet build SafeClaw.Actors.sln -c $configuration -v q --nologo "$@"
    side_by_side
}

test_project() {
    local log="$results/$1.log"
    dotnet test "tests/$1" -c $configuration --no-build --nologo -v q --logger "trx;LogFileName=$1.trx" --results-directory "$results" > "$log" 2>&1 || true
    echo "  ran $1"
}
export -f test_project
export configuration results

# Two projects at a time; the scenarios, which watch the clock, by themselves at the end.
test_all() {
    build_all
    rm -rf "$results" && mkdir -p "$results"
    local projects
    if [ $# -gt 0 ]; then
        printf '%s\n' "$@" | xargs -P 1 -I{} bash -c 'test_project {}'
        dotnet "tests/SafeClaw.TestReport/bin/$configuration/net10.0/SafeClaw.TestReport.dll" "$results" . "$@"
        return
    fi
    mapfile -t projects < <(find tests -maxdepth 1 -name '*.Tests' -printf '%f\n' | grep -v Scenarios | sort)
    printf '%s\n' "${projects[@]}" | xargs -P 2 -I{} bash -c 'test_project {}'
    test_project SafeClaw.Scenarios.Tests
    dotnet "tests/SafeClaw.TestReport/bin/$configuration/net10.0/SafeClaw.TestReport.dll" "$results" .
}

verb=${1:-}
[ $# -gt 0 ] && shift
case "$verb" in
    build) build_all "$@" ;;
    run)
        build_all
        echo "build.sh: starting in the environment Development: simulated evidence is accepted and protects nothing." >&2
        export DOTNET_ENVIRONMENT=Development
        exec "$dev/safeclaw" serve "$@" ;;
    test) test_all "$@" ;;
    long)
        [ "${1:-}" = slow ] || { usage >&2; exit 2; }
        export SAFECLAW_TIER=slow
        test_all SafeClaw.Scenarios.Tests ;;
    bench) build_all >&2; exec dotnet "tests/SafeClaw.Benchmarks/bin/$configuration/net10.0/SafeClaw.Benchmarks.dll" "$@" ;;
    soak|publish|package|guest-image) not_yet "$verb" ;;
    format) dotnet format SafeClaw.Actors.sln "$@" ;;
    help) usage ;;
    *) if [ "$verb" = --help ] || [ "$verb" = -h ]; then usage; else usage >&2; exit 2; fi ;;
esac
