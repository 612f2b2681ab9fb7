#!/usr/bin/env bash
# Runs inside the booted system: see service.sh.
set -euo pipefail
given=/run/siftd-test
spool=/var/lib/siftd
trap 'echo "FAIL at line $LINENO: $BASH_COMMAND"; systemctl status siftd --no-pager || true; journalctl -u siftd --no-pager -n 40 || true' ERR

ok() { echo "ok   $*"; }

# Waits for a condition, for a minute at most.
await() {
    for ((tenths = 0; tenths < 600; tenths++)); do
        if eval "$1"; then return 0; fi
        sleep 0.1
    done
    echo "waited too long until $1"
    return 1
}

status() { systemctl show -P StatusText siftd; }

# As a member of the group that drops, under an ordinary mask.
drop() { runuser -u dropper -- sh -c "umask 027; cat >'$spool/inbox/$1'"; }

install -m 755 $given/siftd /usr/bin/siftd
install -m 644 $given/siftd.service /etc/systemd/system/siftd.service
install -D -m 644 $given/siftd.sysusers /etc/sysusers.d/siftd.conf
install -D -m 644 $given/siftd.tmpfiles /etc/tmpfiles.d/siftd.conf
install -d -m 755 /etc/siftd /etc/siftd/rules
cat >/etc/siftd/siftd.yaml <<YAML
spool: $spool
rules: {folders: [/etc/siftd/rules]}
YAML
rule() {
    cat >/etc/siftd/rules/site.yaml.new <<YAML
schema: rules/1
pack: site
rules:
  - {id: one, title: One, why: To be tried., match: {regex: {any: ['$1']}}, action: quarantine}
$2
YAML
    mv /etc/siftd/rules/site.yaml.new /etc/siftd/rules/site.yaml
}
rule FIRSTWORD ""
systemd-sysusers /etc/sysusers.d/siftd.conf
systemd-tmpfiles --create /etc/tmpfiles.d/siftd.conf
useradd --groups siftd-drop dropper
systemctl daemon-reload
systemd-analyze verify --man=no siftd.service
ok "the unit, the user and the folders are installed; systemd $(systemctl --version | head -n 1)"

systemctl start siftd
[ "$(systemctl is-active siftd)" = active ]
case $(status) in watching*) ;; *) false ;; esac
[ "$(ps -o user= -p "$(systemctl show -P MainPID siftd)")" = siftd ]
ok "started and ready as its own user; it says: $(status)"

plain="This is an ordinary line of text, and it is long enough to be kept in the collection."
echo "$plain" | drop good.txt
printf '%s\nFIRSTWORD\n' "$plain" | drop junk.txt
printf '\0\0\1\2\0\0' | drop binary.txt
await "[ -f $spool/curated/good.txt -a -f $spool/quarantine/junk.txt -a -f $spool/rejected/binary.txt ]"
[ -f $spool/quarantine/junk.txt.siftd.json ]
[ "$(cat $spool/curated/good.txt)" = "$plain" ]
! runuser -u dropper -- ls $spool/curated >/dev/null 2>&1
! runuser -u nobody -- touch $spool/inbox/x 2>/dev/null
settled=$(siftd --config /etc/siftd/siftd.yaml history --json | grep -c '"settled":"leased"' || true)
[ "$settled" = 3 ]
ok "files of a member of siftd-drop are judged, each known complete by a lease"

rule SECONDWORD ""
systemctl reload siftd
printf '%s\nSECONDWORD\n' "$plain" | drop second.txt
await "[ -f $spool/quarantine/second.txt ]"
ok "a good rule edit: reload succeeds, and it is in use"

rule THIRDWORD "  - {id: two, titel: Two}"
! systemctl reload siftd 2>/dev/null
[ "$(systemctl is-active siftd)" = active ]
await '[[ $(status) == *"rules not taken: "* ]]'
printf '%s\nSECONDWORD\n' "$plain" | drop still.txt
await "[ -f $spool/quarantine/still.txt ]"
ok "a bad rule edit: reload fails, it goes on by the older rules and says: $(status)"
rule SECONDWORD ""
systemctl reload siftd
! [[ $(status) == *"rules not taken"* ]]
ok "mended: it says: $(status)"

for number in $(seq 300); do echo "$plain $number" | runuser -u dropper -- tee "$spool/inbox/$number.txt" >/dev/null; done &
await "[ -f $spool/curated/40.txt ]"
before=$(systemctl show -P MainPID siftd)
kill -KILL "$before"
await '[ "$(systemctl show -P MainPID siftd)" != 0 -a "$(systemctl show -P MainPID siftd)" != '"$before"' ]'
wait $!
await '[ "$(find '$spool'/curated -name "[0-9]*.txt" | wc -l)" = 300 ]'
[ "$(cat $spool/curated/[0-9]*.txt | sort -u | wc -l)" = 300 ]
[ -z "$(find $spool/inbox -type f ! -name lock)" ]
[ "$(systemctl show -P NRestarts siftd)" = 1 ]
ok "killed with files in hand: started again by itself, each of 300 files is there once"

mkdir -p /run/systemd/system/siftd.service.d
printf '[Service]\nWatchdogSec=2s\nTimeoutAbortSec=1s\n' >/run/systemd/system/siftd.service.d/test.conf
systemctl daemon-reload
systemctl restart siftd
before=$(systemctl show -P MainPID siftd)
kill -STOP "$before"
await '[ "$(systemctl show -P MainPID siftd)" != 0 -a "$(systemctl show -P MainPID siftd)" != '"$before"' ]'
await '[ "$(systemctl is-active siftd)" = active ]'
ok "a daemon that hangs is ended by the watchdog and started again"

begun=$(date +%s)
systemctl stop siftd
[ "$(systemctl show -P Result siftd)" = success ]
[ $(($(date +%s) - begun)) -le 25 ]
[ -z "$(ls $spool/inbox/.siftd)" ]
ok "stopped cleanly"

rm -r /run/systemd/system/siftd.service.d
systemctl daemon-reload
exposure=$(systemd-analyze security siftd --no-pager | sed -n 's/.*exposure level for siftd.service: \([0-9.]*\).*/\1/p')
systemd-analyze security siftd --no-pager | grep '✗' || true
echo "exposure $exposure (systemd-analyze security)"
awk "BEGIN { exit !($exposure <= 1.0) }"
ok "the sandbox holds: an exposure of 1.0 or less"
journalctl -u siftd -p err --no-pager | grep -v -- '-- No entries --' | head -n 5 || true
