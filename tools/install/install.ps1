<#
.SYNOPSIS
Installs chat for the user who runs this, or a newer version over it. It needs no administrator.
.DESCRIPTION
CHAT_RELEASES names another place to download from, laid out like the releases of a repository.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File install.ps1 -Version 1.2.3 -To C:\Tools
#>
param(
  [string]$Version = "",
  [string]$To = "$env:LOCALAPPDATA\Programs\chat"
)
$ErrorActionPreference = "Stop"
# Drawing its progress takes longer than the download itself in Windows PowerShell.
$ProgressPreference = "SilentlyContinue"

function Stop-Install([string]$Message) {
  [Console]::Error.WriteLine("install: $Message")
  exit 1
}

function Get-File([string]$Address, [string]$File) {
  try {
    Invoke-WebRequest -UseBasicParsing -Uri $Address -OutFile $File
  } catch {
    Stop-Install "Cannot download ${Address}: $($_.Exception.Message)"
  }
}

$releases = if ($env:CHAT_RELEASES) { $env:CHAT_RELEASES } else { "@RELEASES@" }
if ($releases.Contains("@")) {
  Stop-Install "This copy does not know where chat is released. Use the install.ps1 of a release."
}
# Windows on ARM runs it too.
if ($env:PROCESSOR_ARCHITECTURE -notin "AMD64", "ARM64") {
  Stop-Install "There is no chat for Windows on $env:PROCESSOR_ARCHITECTURE."
}
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

$work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
New-Item -ItemType Directory -Path $work | Out-Null
try {
  $Version = $Version -replace "^v", ""
  $place = if ($Version) { "$releases/download/v$Version" } else { "$releases/latest/download" }
  Get-File "$place/SHA256SUMS" "$work\sums"
  $pattern = "^([0-9a-f]{64})  (chat-(\d[0-9A-Za-z.+-]*)-windows-x86_64\.zip)$"
  $line = Get-Content "$work\sums" | Where-Object { $_ -match $pattern } | Select-Object -First 1
  if (-not $line) { Stop-Install "This release has no chat for Windows." }
  $null = $line -match $pattern
  $sum = $Matches[1]
  $archive = $Matches[2]
  # There may be a newer release by now.
  $Version = $Matches[3]
  Get-File "$releases/download/v$Version/$archive" "$work\$archive"
  if ((Get-FileHash -Algorithm SHA256 "$work\$archive").Hash -ne $sum) {
    Stop-Install "The checksum of $archive is wrong: it was damaged or changed on the way. Nothing was installed."
  }
  try {
    Expand-Archive -Path "$work\$archive" -DestinationPath "$work\chat"
    New-Item -ItemType Directory -Force -Path $To | Out-Null
    $program = Get-ChildItem -Path "$work\chat" -Recurse -Filter chat.exe | Select-Object -First 1
    # A running program can't be replaced, but renamed.
    Remove-Item "$To\chat.old.exe" -ErrorAction SilentlyContinue
    if (Test-Path "$To\chat.exe") { Move-Item -Force "$To\chat.exe" "$To\chat.old.exe" }
    Copy-Item $program.FullName "$To\chat.exe"
    Remove-Item "$To\chat.old.exe" -ErrorAction SilentlyContinue
  } catch {
    Stop-Install "Cannot write to ${To}: $($_.Exception.Message) Name another directory with -To."
  }
  & "$To\chat.exe" version | Out-Null
  if ($LASTEXITCODE -ne 0) { Stop-Install "The program does not run on this system." }
} finally {
  Remove-Item -Recurse -Force $work
}

Write-Output "chat $Version is in $To."
$path = [Environment]::GetEnvironmentVariable("Path", "User")
if (($path -split ";") -notcontains $To) {
  [Environment]::SetEnvironmentVariable("Path", "$path;$To".TrimStart(";"), "User")
  Write-Output "New terminals find it: $To was added to your Path."
}
Write-Output "To open a chat room: chat serve. To enter one: chat join HOST."
