# Installs Rapport Unique for the user who runs it, from the folder that this script stands in. Needs no network and no
# administrator, and can be run again to update.
#
#   powershell -File install.ps1                        install or update
#   powershell -File install.ps1 -Python C:\py\python.exe   with this Python
#   powershell -File install.ps1 -Remove                take everything away but settings, reports and packages
#
# In the folder: requirements.txt (every package with its version and hashes) and wheels\ (the packages themselves,
# and rapport_unique-*.whl). docs/addin.md tells how the folder is put together.

param(
    [string] $Python = '',
    [switch] $Remove
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0

# An environment of our own: other programs' Pythons stay as they are.
$own = $env:RAPPORT_UNIQUE_HOME
if (-not $own) { $own = Join-Path $env:LOCALAPPDATA 'rapport-unique' }
$program = Join-Path $own 'program'
$command = Join-Path $program 'Scripts\rapport-unique.exe'

# Runs a program, and stops the script where the program says that it failed.
function Invoke-Program([string] $Path, [string[]] $Arguments) {
    & $Path @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Path ended with status $LASTEXITCODE." }
}

if ($Remove) {
    if (Test-Path -LiteralPath $command) { Invoke-Program $command @('addin', 'uninstall') }
    if (Test-Path -LiteralPath $program) { Remove-Item -LiteralPath $program -Recurse -Force }
    exit 0
}

# 1. The files may come from a mail or a download: Windows marks them, and would ask about each, or block it.
Get-ChildItem -LiteralPath $PSScriptRoot -Recurse -File | Unblock-File

# 2. A Python of 3.11 or newer: the one that was named, else the one that the launcher "py" knows, else the first on the path.
$ask = 'import sys; print(sys.executable if sys.version_info >= (3, 11) else "")'
$found = ''
if ($Python) {
    $found = (& $Python '-c' $ask)
} else {
    foreach ($candidate in @('py', 'python')) {
        if (-not $found -and (Get-Command $candidate -ErrorAction SilentlyContinue)) {
            $found = (& $candidate '-c' $ask)
        }
    }
}
if (-not $found) { throw 'No Python 3.11 or newer was found. Install it, or name it: -Python C:\path\python.exe' }

# 3. The environment. A helper that runs from an older one is asked to stop first: its files could not be replaced.
if (Test-Path -LiteralPath $command) { Invoke-Program $command @('addin', 'uninstall') }
Invoke-Program $found @('-m', 'venv', '--clear', $program)

# 4. The packages: from this folder alone, each compared with its hash; then the program itself.
$pip = @('-m', 'pip', '--isolated', '--disable-pip-version-check', 'install', '--quiet', '--no-index')
$inside = Join-Path $program 'Scripts\python.exe'
$wheels = Join-Path $PSScriptRoot 'wheels'
$requirements = Join-Path $PSScriptRoot 'requirements.txt'
$wheel = Get-ChildItem -LiteralPath $wheels -Filter 'rapport_unique-*.whl' | Select-Object -Last 1
if (-not $wheel) { throw "There is no rapport_unique-*.whl in $wheels." }
Invoke-Program $inside ($pip + @('--find-links', $wheels, '--require-hashes', '--requirement', $requirements))
Invoke-Program $inside ($pip + @('--no-deps', $wheel.FullName))

# 5. The add-in, the extension and the helper; then what this computer still lacks. That it lacks a card is no failure.
Invoke-Program $command @('addin', 'install')
& $command 'doctor'
exit 0
