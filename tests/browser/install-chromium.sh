#!/usr/bin/env bash
# Debian's Chromium for the page tests: installed when that is possible, said plainly when it is not.
set -u
if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the page tests …"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver; } >/dev/null 2>&1 && exit 0
  echo "Chromium could not be installed with apt-get; the page tests will be skipped."
  exit 0
fi
echo "No Chromium here and no right to install it: the page tests will be skipped. As root: apt-get install chromium chromium-driver"
