#!/usr/bin/env bash
# What the browser tests need, from the distribution's packages where that may be done; else they say SKIPPED.
set -u
missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v soffice >/dev/null || command -v libreoffice >/dev/null || missing+=(libreoffice-calc)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]} with apt-get"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || echo "apt-get could not install ${missing[*]}: their tests will say SKIPPED"
else
  echo "no ${missing[*]} here, and no way to install it: its tests will say SKIPPED"
fi
