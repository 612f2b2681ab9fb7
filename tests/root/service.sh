#!/usr/bin/env bash
# siftd as its Debian package installs it, under a systemd that was really booted: service.sh SIFTD
#
# The machine's own root (Debian 12 with systemd and systemd-container) is the lower layer of an overlay whose upper
# layer is in memory; systemd-nspawn boots it, runs service-inside.sh, and powers it off. Nothing stays.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
siftd=$(realpath "$1")
name=siftd-test-$$
work=$(mktemp -d /tmp/siftd-service.XXXXXX)
booted=
groups=()

finish() {
    [ -z "$booted" ] || ! kill -0 "$booted" 2>/dev/null || kill -KILL "$booted"
    for mount in root layer; do
        ! mountpoint -q "$work/$mount" || umount "$work/$mount" || umount -l "$work/$mount"
    done
    for group in "${groups[@]}"; do
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
    rm -rf --one-file-system "$work"
}
trap finish EXIT

mkdir "$work"/{layer,root,shared}
mount -t tmpfs -o mode=755 layer "$work/layer"
mkdir -p "$work"/layer/{upper,scratch} "$work"/layer/upper/etc/systemd/{system,journald.conf.d}
chmod 755 "$work/layer/upper"
: >"$work/layer/upper/etc/fstab"
: >"$work/layer/upper/etc/machine-id"
cat >"$work/layer/upper/etc/systemd/system/siftd-test.service" <<'UNIT'
[Unit]
Wants=basic.target dbus.service
After=basic.target dbus.service
[Service]
Type=exec
Environment=HOME=/root TERM=dumb LC_ALL=C.UTF-8
StandardOutput=append:/run/siftd-test/output
StandardError=append:/run/siftd-test/output
ExecStart=/bin/bash /run/siftd-test/service-inside.sh
ExecStopPost=/bin/sh -c 'echo $EXIT_STATUS >/run/siftd-test/result; exec systemctl --no-block poweroff'
UNIT
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/layer/upper,workdir=$work/layer/scratch" "$work/root"
cp "$here/service-inside.sh" "$work/shared"
COMPRESSION=none "$here/../../packaging/deb/build" "$siftd" "$work" >/dev/null
mv "$work"/siftd_*.deb "$work/shared/siftd.deb"
# A later version, whose configuration file is another one too.
dpkg-deb -R "$work/shared/siftd.deb" "$work/later"
sed -i 's/^Version: .*/&+later/' "$work/later/DEBIAN/control"
echo '# This line is new.' >>"$work/later/etc/siftd/siftd.yaml"
dpkg-deb --root-owner-group -Znone -b "$work/later" "$work/shared/later.deb" >/dev/null
: >"$work/shared/output"

# Where the machine has the older control groups too, the guest needs some of its own.
for top in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    [ ! -e "$top/cgroup.procs" ] || { mkdir "$top/$name" && groups+=("$top/$name"); }
done
(
    for group in "${groups[@]}"; do echo 0 >"$group/cgroup.procs"; done
    # The unit's own filter of system calls is to be tested, not the container's.
    export SYSTEMD_SECCOMP=0 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
    exec systemd-nspawn --quiet --directory="$work/root" --boot --machine="$name" --register=no --keep-unit \
        --private-network --link-journal=no --resolv-conf=off --timezone=off --console=pipe \
        --kill-signal=SIGRTMIN+4 --bind="$work/shared:/run/siftd-test" -- \
        systemd.unit=siftd-test.service systemd.show_status=0 quiet
) >"$work/console" 2>&1 </dev/null &
booted=$!
for ((tenths = 0; tenths < 1500; tenths++)); do
    kill -0 "$booted" 2>/dev/null || break
    sleep 0.1
done
cat "$work/shared/output"
if [ ! -s "$work/shared/result" ]; then
    echo "service: systemd did not come to the end of the test; its console:"
    cat "$work/console"
    exit 1
fi
exit "$(cat "$work/shared/result")"
