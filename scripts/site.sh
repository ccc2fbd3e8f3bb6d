#!/usr/bin/env bash
# Builds the manual (docs/) as a site into build/site. Needs Python 3 with venv (Debian: python3-venv); the first run
# installs MkDocs into build/site-venv.
set -euo pipefail
cd "$(dirname "$0")/.."
pinned=(mkdocs==1.6.1 mkdocs-material==9.8.2 pymdown-extensions==13.1.2)
tools=build/site-venv

if [ "$(cat "$tools/pinned" 2>/dev/null)" != "${pinned[*]}" ]; then
  echo "site: installing ${pinned[*]}"
  python3 -m venv --clear "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "${pinned[@]}"
  echo "${pinned[*]}" >"$tools/pinned"
fi
NO_MKDOCS_2_WARNING=1 "$tools/bin/mkdocs" build --quiet --strict --clean

# What a page loads must be in the site itself. (Links that readers click may lead elsewhere.)
if grep -rnoE --include='*.html' --include='*.css' \
  "<(script|img|iframe)[^>]* src=\"?(https?:)?//[^ >]*|<link[^>]* rel=\"?(stylesheet|preconnect|icon)\"?[^>]* href=\"?(https?:)?//[^ >]*|url\((https?:)?//[^)]*" \
  build/site; then
  echo "site: a page loads something from elsewhere" >&2
  exit 1
fi
echo "site: build/site/index.html, $(find build/site -name '*.html' | wc -l) pages, $(du -sh build/site | cut -f1)"
