#!/bin/bash
# Does the kit work from nothing? Makes a bare Debian 12 system (debootstrap's smallest, with git,
# make and ca-certificates), clones this repository's last commit into it, and gives the two
# commands of README there, twice. Prints a line for each; 1 if any failed.
#
#   harness/tests/bare_root.sh [FOLDER [COMMAND…]]
#
# FOLDER (default build/bare-root) keeps the bare system (FOLDER/base.tar) for the next time, the
# logs, and the root that was used last (FOLDER/root). COMMANDs replace `make lab-mds` and `make test`.
# Takes root, debootstrap and a Debian mirror; uses this machine's apt settings, proxies and
# certificates, since a bare system behind a proxy knows nothing of it.
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=$PWD
folder=${1:-build/bare-root}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] && commands=("$@") || commands=("make lab-mds" "make test")

[ "$(id -u)" -eq 0 ] || { echo "bare_root.sh: chroot and mount take root" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "bare_root.sh: debootstrap is missing; ./setup --all installs it" >&2; exit 2; }
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
root=$folder/root

mounts=()
unmount() {
    local at
    for ((at = ${#mounts[@]} - 1; at >= 0; at--)); do
        umount "${mounts[at]}" || umount -l "${mounts[at]}" || :
    done
    mounts=()
}
trap unmount EXIT
trap 'exit 130' INT TERM

# Removing a root into which the machine is still mounted would remove the machine's /dev.
if grep -qF " $root/" /proc/mounts; then
    echo "bare_root.sh: something is mounted under $root; umount it first" >&2
    exit 2
fi
rm -rf --one-file-system "$root"

# shellcheck disable=SC2016  # apt's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 2>/dev/null | head -n 1 || :)
mirror=${mirror:-http://deb.debian.org/debian}
if [ ! -e "$folder/base.tar" ]; then
    echo "making the bare system from $mirror (kept in $folder/base.tar)"
    debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$root" "$mirror" \
        >"$folder/debootstrap.log" 2>&1 || { tail -n 5 "$folder/debootstrap.log" >&2; exit 1; }
    tar -C "$root" -cf "$folder/base.tar.part" .
    mv "$folder/base.tar.part" "$folder/base.tar"
else
    mkdir -p "$root"
    tar -C "$root" -xf "$folder/base.tar"
fi

# What this machine needs to reach a mirror, the bare system needs too.
apt-config dump | grep -E '^Acquire::(http|https|ftp|Check-|Force|Retries)' >"$root/etc/apt/apt.conf.d/90host" || :
if grep -q '^VERSION_CODENAME=bookworm$' /etc/os-release && [ -e /etc/apt/sources.list.d/debian.sources ]; then
    cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
    rm -f "$root/etc/apt/sources.list"
fi
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
[ ! -d /usr/local/share/ca-certificates ] || cp -rL /usr/local/share/ca-certificates "$root/usr/local/share/"
chroot "$root" update-ca-certificates >/dev/null 2>&1 || :
# debootstrap leaves its package lists behind; a delivered minimal system has none.
rm -rf "${root:?}"/var/lib/apt/lists/*

for at in proc sys dev dev/pts dev/shm; do
    [ -d "/$at" ] || continue
    mount --bind "/$at" "$root/$at"
    mounts+=("$root/$at")
done

git clone --quiet --no-hardlinks "$tree" "$root/root/kit"

keep=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8)
for name in http_proxy https_proxy no_proxy; do
    [ -z "${!name:-}" ] || keep+=("$name=${!name}")
done

failures=0
for round in 1 2; do
    for command in "${commands[@]}"; do
        log=$folder/$round-${command//[^a-z0-9]/-}.log
        start=$SECONDS
        if chroot "$root" env -i "${keep[@]}" sh -c "cd /root/kit && $command" </dev/null >"$log" 2>&1; then
            verdict=pass
        else
            verdict=FAIL
            failures=$((failures + 1))
        fi
        printf '%s  round %d  %-20s %4d s  %s\n' $verdict $round "$command" $((SECONDS - start)) "$log"
        [ $verdict = pass ] || tail -n 15 "$log" | sed 's/^/      /'
    done
done
[ $failures -eq 0 ]
