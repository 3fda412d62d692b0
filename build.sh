#!/usr/bin/env bash
# Builds, runs and tests SafeClaw.Actors. Needs only the .NET 10 SDK; `./build.sh --help` lists the verbs.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

configuration=Release
executables=(Host Guest Agent Shim Amdsp)
dev=out/dev

usage() {
    cat <<'HELP'
./build.sh VERB [ARGUMENTS]

  build              restore and build everything; executables side by side in out/dev
  run [ARGUMENTS]    build, then start the host in the environment Development (safeclaw serve)
  test               build, then run every test that needs only the SDK; others are skipped and counted
  bench [NAME]       measure; --json for scripts
  soak               not here yet
  long WHAT          long runs: sweep (every bit of genuine reports)
  publish            not here yet
  package            not here yet
  guest-image        not here yet
  format             bring the code into its format
HELP
}

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

build() {
    dotnet build SafeClaw.Actors.sln -c $configuration -v q "$@"
    side_by_side
}

test_all() {
    build
    rm -rf TestResults
    local status=0
    dotnet test SafeClaw.Actors.sln -c $configuration --no-build -v q --logger 'trx' --results-directory TestResults "$@" > TestResults.log 2>&1 || status=$?
    rm -rf TestResults.log.old
    dotnet "tests/SafeClaw.TestReport/bin/$configuration/net10.0/SafeClaw.TestReport.dll" TestResults "$status"
}

verb=${1:-}
[ $# -gt 0 ] && shift
case "$verb" in
    build) build "$@" ;;
    run)
        build
        echo "build.sh: starting in the environment Development: simulated evidence is accepted and protects nothing." >&2
        export DOTNET_ENVIRONMENT=Development
        exec "$dev/safeclaw" serve "$@" ;;
    test) test_all "$@" ;;
    bench) build && exec dotnet "tests/SafeClaw.Benchmarks/bin/$configuration/net10.0/SafeClaw.Benchmarks.dll" "$@" ;;
    long)
        [ "${1:-}" = sweep ] || { usage; exit 2; }
        build && SAFECLAW_LONG=1 dotnet test tests/SafeClaw.Attestation.Tests -c $configuration --no-build -v q ;;
    soak|publish|package|guest-image) not_yet "$verb" ;;
    format) dotnet format SafeClaw.Actors.sln "$@" ;;
    --help|-h|help) usage ;;
    *) usage >&2; exit 2 ;;
esac
