#!/usr/bin/env pwsh
# The same verbs as build.sh, for PowerShell 7 on Linux. Not run where there is no PowerShell; a test compares its verbs and help with build.sh.
param([Parameter(Position = 0)][string]$Verb = '', [Parameter(ValueFromRemainingArguments = $true)][string[]]$Rest = @())
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$env:DOTNET_CLI_TELEMETRY_OPTOUT = 1
$env:DOTNET_NOLOGO = 1

$configuration = 'Release'
$executables = 'Host', 'Guest', 'Agent', 'Shim', 'Amdsp'
$dev = 'out/dev'
$results = 'out/test-results'

# help begins
$usage = @'
./build.ps1 VERB [ARGUMENTS]

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
'@

# help ends

function Invoke-Checked { & $args[0] $args[1..($args.Count - 1)]; if ($LASTEXITCODE -ne 0) { exit 1 } }

function Stop-NotYet($name) {
    [Console]::Error.WriteLine("build.ps1: '$name' is not here yet; docs/mission.md says what waits.")
    exit 2
}

function Copy-SideBySide {
    New-Item -ItemType Directory -Force $dev | Out-Null
    foreach ($project in $executables) { Copy-Item -Recurse -Force "src/SafeClaw.$project/bin/$configuration/net10.0/*" $dev }
    $guest = Get-ChildItem "src/SafeClaw.Guest/bin/$configuration/net10.0", "src/SafeClaw.Agent/bin/$configuration/net10.0" -File |
        Where-Object { $_.Name -match '\.dll$|\.runtimeconfig\.json$|\.deps\.json$|^safeclaw-guest$|^safeclaw-agent$' } | ForEach-Object Name | Sort-Object -Unique
    Invoke-Checked "$dev/safeclaw-shim" manifest --write $dev @guest
}

function Build-All {
    Invoke-Checked dotnet build SafeClaw.Actors.sln -c $configuration -v q --nologo @args
    Copy-SideBySide
}

function Test-All($chosen) {
    Build-All
    Remove-Item -Recurse -Force $results -ErrorAction Ignore
    New-Item -ItemType Directory -Force $results | Out-Null
    $projects = if ($chosen) { $chosen } else { Get-ChildItem tests -Directory -Filter '*.Tests' | ForEach-Object Name | Sort-Object { $_ -match 'Scenarios' }, { $_ } }
    foreach ($project in $projects) {
        & dotnet test "tests/$project" -c $configuration --no-build --nologo -v q --logger "trx;LogFileName=$project.trx" --results-directory $results *> "$results/$project.log"
        Write-Output "  ran $project"
    }
    Invoke-Checked dotnet "tests/SafeClaw.TestReport/bin/$configuration/net10.0/SafeClaw.TestReport.dll" $results . @chosen
}

switch ($Verb) {
    'build' { Build-All @Rest }
    'run' {
        Build-All
        [Console]::Error.WriteLine('build.ps1: starting in the environment Development: simulated evidence is accepted and protects nothing.')
        $env:DOTNET_ENVIRONMENT = 'Development'
        & "$dev/safeclaw" serve @Rest
        exit $LASTEXITCODE
    }
    'test' { Test-All $Rest }
    'long' {
        if ($Rest.Count -ne 1 -or $Rest[0] -ne 'slow') { [Console]::Error.WriteLine($usage); exit 2 }
        $env:SAFECLAW_TIER = 'slow'
        Test-All 'SafeClaw.Scenarios.Tests'
    }
    'bench' { Build-All; Invoke-Checked dotnet "tests/SafeClaw.Benchmarks/bin/$configuration/net10.0/SafeClaw.Benchmarks.dll" @Rest }
    'soak' { Stop-NotYet $Verb }
    'publish' { Stop-NotYet $Verb }
    'package' { Stop-NotYet $Verb }
    'guest-image' { Stop-NotYet $Verb }
    'format' { Invoke-Checked dotnet format SafeClaw.Actors.sln @Rest }
    'help' { Write-Output $usage }
    default { if ($Verb -in '--help', '-h') { Write-Output $usage } else { [Console]::Error.WriteLine($usage); exit 2 } }
}
