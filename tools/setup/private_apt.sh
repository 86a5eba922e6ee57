# An apt world of its own under .toolchain/apt, for what the system's release does not have: its
# sources are the machine's own Debian sources with the release name replaced, its state is empty,
# and nothing it downloads is installed. Read by tools/setup.sh.

# The release to take private packages from: Debian 12 needs the next one's, others use their own.
private_release() {
  local own
  own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  case $own in
    bookworm) echo trixie ;;
    *) echo "$own" ;;
  esac
}

private_apt_ready=no
prepare_private_apt() {
  [ $private_apt_ready = no ] || return 0
  local dir=$TC/apt own next file found=no
  command -v apt-get > /dev/null || fail "there is no apt-get to download with" \
    "Name your own copies in the variables that tools/setup.sh lists at its top."
  own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  next=$(private_release)
  rm -rf "$dir"
  mkdir -p "$dir"/{lists/partial,cache/archives/partial,parts,preferences}
  : > "$dir/status"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    [ -e "$file" ] || continue
    # Third-party sources have no such release.
    grep -qE "^[^#]*\b$own\b" "$file" && grep -qE '^[^#]*/debian' "$file" || continue
    case $file in
      *.sources)
        sed -E -e "s/\b$own\b/$next/g" -e 's/^Types:.*/Types: deb deb-src/' "$file" \
          > "$dir/parts/${file##*/}" ;;
      *.list)
        sed -nE -e "s/\b$own\b/$next/g; s/^deb(-src)? (.*)/deb \2\ndeb-src \2/p" "$file" |
          sort -u > "$dir/parts/${file##*/}" ;;
      *) continue ;;
    esac
    found=yes
  done
  [ $found = yes ] || fail "no Debian source in /etc/apt names the release '$own'" \
    "Name your own copies in the variables that tools/setup.sh lists at its top."
  cat > "$dir/apt.conf" <<X
Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "$dir/parts";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "$dir/preferences";
Dir::State "$dir"; Dir::State::lists "$dir/lists"; Dir::State::status "$dir/status";
Dir::Cache "$dir/cache"; APT::Sandbox::User "root"; Acquire::Languages "none";
X
  APT_CONFIG=$dir/apt.conf apt-get -q update >> "$LOG" 2>&1 || fail "reading the list of $next" \
    "Check that the mirror in /etc/apt carries $next, then run tools/setup.sh again."
  private_apt_ready=yes
}

# private_download PACKAGE...: the .deb files, checked by apt, in .toolchain/tmp/debs.
private_download() {
  prepare_private_apt
  mkdir -p "$TC/tmp/debs"
  (cd "$TC/tmp/debs" && APT_CONFIG=$TC/apt/apt.conf apt-get -q download "$@" >> "$LOG" 2>&1) ||
    fail "downloading $*" "Check the network and the free disk space (about 1 GB is needed)."
}
