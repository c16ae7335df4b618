#!/bin/sh
# Installs chat for the user who runs this, or a newer version over it. It needs no root.
#
#   sh install.sh [--version VERSION] [--to DIRECTORY]
#
# CHAT_RELEASES names another place to download from, laid out like the releases of a repository.
set -eu

usage="Usage: sh install.sh [--version VERSION] [--to DIRECTORY]"
releases=${CHAT_RELEASES:-@RELEASES@}
version=
to=
work=
draft=

say() { printf '%s\n' "$*"; }

fail() {
  printf 'install: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

cleanup() {
  if [ -n "$work" ]; then rm -rf "$work"; fi
  if [ -n "$draft" ]; then rm -f "$draft"; fi
}

# Not in a function: there, zsh would run it at the end of the function.
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
    --help | -h)
      say "$usage"
      exit 0
      ;;
    --version | --to)
      if [ $# -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value. $usage"; fi
      if [ "$1" = --to ]; then to=$2; else version=${2#v}; fi
      shift 2
      ;;
    *) fail "There is no option $1. $usage" ;;
    esac
  done
  case $releases in
  *@RELEASES@*)
    fail "This copy does not know where chat is released. Use the install.sh of a release."
    ;;
  esac
  if [ -z "$to" ]; then
    if [ -z "${HOME:-}" ]; then fail "HOME is not set. Name a directory with --to DIRECTORY."; fi
    to=$HOME/.local/bin
  fi
  case $to in
  /*) ;;
  *) to=$PWD/$to ;;
  esac
}

# Sets system, such as linux-x86_64.
find_system() {
  os=$(uname -s)
  machine=$(uname -m)
  case $os in
  Linux) system=linux ;;
  Darwin) system=macos ;;
  MINGW* | MSYS* | CYGWIN*) fail "On Windows, use install.ps1 in PowerShell." ;;
  *) fail "There is no chat for $os. It can be run from a clone of the repository." ;;
  esac
  case $machine in
  x86_64 | amd64) system=$system-x86_64 ;;
  aarch64 | arm64) system=$system-aarch64 ;;
  *) fail "There is no chat for $os on $machine. It can be run from a clone of the repository." ;;
  esac
  if [ "$os" = Linux ] && have ldd && ldd --version 2>&1 | grep -qi musl; then
    fail "chat needs glibc, and this system has musl. It can be run from a clone of the repository."
  fi
}

need_programs() {
  have curl || have wget || fail "curl or wget is needed to download chat. Install one of them."
  have sha256sum || have shasum || have openssl ||
    fail "sha256sum, shasum or openssl is needed to check the download. Install one of them."
  if ! have tar || ! have gzip; then fail "tar and gzip are needed to unpack chat. Install them."; fi
}

# Downloads $1 to the file $2.
download() {
  if have curl; then
    curl --fail --silent --show-error --location --output "$2" "$1" && return
  else
    wget -q -O "$2" "$1" && return
  fi
  fail "Cannot download $1. Is there such a release, and is there room in $work?"
}

sum_of() {
  if have sha256sum; then
    sha256sum "$1"
  elif have shasum; then
    shasum -a 256 "$1"
  else
    openssl dgst -sha256 -r "$1"
  fi | cut -c 1-64
}

# Downloads the archive for this system and unpacks it into $work/chat.
get() {
  work=$(mktemp -d) || fail "Cannot make a temporary directory. Is there room in ${TMPDIR:-/tmp}?"
  if [ -n "$version" ]; then
    place=$releases/download/v$version
  else
    place=$releases/latest/download
  fi
  download "$place/SHA256SUMS" "$work/sums"
  line=$(grep "^[0-9a-f]\{64\}  chat-[0-9][0-9A-Za-z.+-]*-$system\.tar\.gz\$" "$work/sums") ||
    fail "This release has no chat for $system."
  sum=${line%% *}
  archive=${line##* }
  # There may be a newer release by now.
  version=${archive#chat-}
  version=${version%-"$system".tar.gz}
  download "$releases/download/v$version/$archive" "$work/$archive"
  found=$(sum_of "$work/$archive")
  if [ "$found" != "$sum" ]; then
    fail "The checksum of $archive is wrong: it was damaged or changed on the way." \
      "Nothing was installed."
  fi
  mkdir "$work/chat"
  tar -xzf "$work/$archive" -C "$work/chat" --strip-components=1 ||
    fail "Cannot unpack $archive. Is there room in $work?"
}

# Puts the program and what belongs to it in place.
put() {
  mkdir -p "$to" || fail "Cannot make the directory $to. Name another one with --to DIRECTORY."
  if [ ! -w "$to" ]; then
    fail "You have no permission to write to $to. Name another directory with --to DIRECTORY."
  fi
  draft=$to/.chat.$$
  cp "$work/chat/chat" "$draft" || fail "Cannot write to $to. Is there room for the program?"
  chmod 755 "$draft"
  "$draft" version >/dev/null || fail "The program does not run on this system, or not in $to."
  # A running program keeps the file that it was started from.
  mv -f "$draft" "$to/chat" || fail "Cannot replace $to/chat."
  draft=
  # Where the shells and man look for what belongs to a program in bin.
  case $to in
  */bin)
    share=${to%/bin}/share
    if ! { mkdir -p "$share" && cp -R "$work/chat/share/." "$share/"; }; then
      say "The manual pages and completions could not be written to $share."
    fi
    ;;
  esac
}

finish() {
  say "chat $version is in $to."
  case :$PATH: in
  *":$to:"*) ;;
  *) say "Add that to your PATH, in ~/.profile: export PATH=\"$to:\$PATH\"" ;;
  esac
  other=$(command -v chat || true)
  if [ -n "$other" ] && [ "$other" != "$to/chat" ]; then
    say "Your shell finds another program of that name first: $other"
  fi
  say "To open a chat room: chat serve. To enter one: chat join HOST."
}

# At the end, so that a script that was cut off on the way does nothing.
read_options "$@"
find_system
need_programs
get
put
finish
