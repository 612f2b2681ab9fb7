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
process() { systemctl show -P MainPID siftd; }
# Until the service has another process than before.
renewed() { await '[ "$(process)" != 0 -a "$(process)" != '"$1"' ]' && await '[ "$(systemctl is-active siftd)" = active ]'; }

# As a member of the group that drops, under an ordinary mask.
drop() { runuser -u dropper -- sh -c "umask 027; cat >'$spool/inbox/$1'"; }
# So many numbered files, and what tells that each is there once.
drops() { for number in $(seq "$2"); do echo "$plain $1 $number" | drop "$1-$number.txt"; done; }
each_once() {
    await '[ "$(find '$spool'/curated -name "'"$1"'-*.txt" | wc -l)" = '"$2"' ]'
    [ "$(cat "$spool/curated/$1"-*.txt | sort -u | wc -l)" = "$2" ]
    await '[ -z "$(find '$spool'/inbox -type f ! -name lock ! -name judging)" ]'
}

# Files that some container images leave out, and services that they keep from starting.
rm -f /etc/dpkg/dpkg.cfg.d/* /usr/sbin/policy-rc.d
install() { dpkg --force-confdef --force-confold -i "$1" >/run/siftd-test/dpkg 2>&1 || { cat /run/siftd-test/dpkg; false; }; }

rule() {
    cat >/etc/siftd/rules.d/site.yaml.new <<YAML
schema: rules/1
pack: site
rules:
  - {id: one, title: One, why: To be tried., match: {regex: {any: ['$1']}}, action: quarantine}
$2
YAML
    mv /etc/siftd/rules.d/site.yaml.new /etc/siftd/rules.d/site.yaml
}

install $given/siftd.deb
[ "$(systemctl is-active siftd)" = active ]
[ "$(systemctl is-enabled siftd)" = enabled ]
systemd-analyze verify --man=no siftd.service
# After the clock is set, where somebody sets it: nothing is started for that.
systemctl show -P After siftd | grep -qw time-sync.target
systemctl show -P Wants -P Requires siftd | { ! grep -qw time-sync.target; }
[ "$(stat -c '%a %U %G' $spool/inbox)" = "3770 siftd siftd-drop" ]
for file in /usr/share/siftd/rules/spam.yaml /usr/share/siftd/schema/rules.json /usr/share/man/man1/siftd-run.1.gz \
    /usr/share/bash-completion/completions/siftd /usr/share/doc/siftd/copyright; do
    runuser -u nobody -- test -r "$file"
done
(cd / && md5sum --quiet -c /var/lib/dpkg/info/siftd.md5sums)
useradd --groups siftd-drop dropper
ok "the package is installed: user, groups, folders; enabled and active under $(systemctl --version | head -n 1)"

case $(status) in watching*) ;; *) false ;; esac
[ "$(ps -o user= -p "$(process)")" = siftd ]
ok "ready as its own user; it says: $(status)"

rule FIRSTWORD ""
systemctl reload siftd
plain="This is an ordinary line of text, and it is long enough to be kept in the collection."
echo "$plain" | drop good.txt
printf '%s\nFIRSTWORD\n' "$plain" | drop junk.txt
printf '\0\0\1\2\0\0' | drop binary.txt
await "[ -f $spool/curated/good.txt -a -f $spool/quarantine/junk.txt -a -f $spool/rejected/binary.txt ]"
[ -f $spool/quarantine/junk.txt.siftd.json ]
[ "$(cat $spool/curated/good.txt)" = "$plain" ]
! runuser -u dropper -- ls $spool/curated >/dev/null 2>&1
! runuser -u nobody -- touch $spool/inbox/x 2>/dev/null
settled=$(siftd history --json | grep -c '"settled":"leased"' || true)
[ "$settled" = 3 ]
ok "files of a member of siftd-drop are judged, each known complete by a lease"

[ "$(stat -c '%a %U' /etc/siftd/rules.d)" = "755 root" ]
for mask in 022 077; do
    runuser -u dropper -- sh -c "umask $mask; cd $spool/inbox; mkdir sub$mask && echo '$plain $mask' >sub$mask/new.txt
        echo '$plain copied $mask' >/tmp/copied$mask.txt; chmod 644 /tmp/copied$mask.txt; cp /tmp/copied$mask.txt sub$mask/"
    await "[ -f $spool/curated/sub$mask/new.txt -a -f $spool/curated/sub$mask/copied$mask.txt ]"
done
usermod --append --groups siftd nobody
for file in sub022/new.txt sub077/new.txt sub077/copied077.txt; do
    runuser -u nobody -- test -r $spool/curated/$file
done
gpasswd --delete nobody siftd >/dev/null
ok "what a member drops into folders is taken under any umask, and members of siftd read it where it lies"

runuser -u dropper -- sh -c "umask 022; mkdir -p /tmp/kept/in; echo '$plain moved' >/tmp/kept/in/moved.txt; cp -r /tmp/kept $spool/inbox/"
await '[[ $(siftd status) == *"held      kept/in/moved.txt  (claim kept/in/moved.txt: Permission denied"* ]]'
number=$(id -u dropper)
held="the folder $spool/inbox/kept/in is user $number's (group $(getent group siftd-drop | cut -d : -f 3), mode 2750)"
[[ $(siftd status) == *"$held"*"\`chmod g+w $spool/inbox/kept/in\`"* ]]
[[ $(siftd doctor || true) == *"$held"* ]]
[[ $(journalctl -u siftd -o cat) == *"held: failed to claim kept/in/moved.txt"*"$held"* ]]
runuser -u dropper -- chmod g+w $spool/inbox/kept/in
await "[ -f $spool/curated/kept/in/moved.txt ]"
await 'siftd status >/dev/null'
ok "what comes with permissions that bar siftd is held, and says whose folder it is and the way out, which works"

(cd /root && chmod 700 . && runuser -u siftd -- siftd confirm good.txt >/dev/null)
ok "a person decides as the service's user from root's own home"

fields() { journalctl -u siftd -o json --output-fields=PRIORITY,SIFTD_FILE,SIFTD_VERDICT,SIFTD_RULES "$@"; }
await '[ "$(fields SIFTD_VERDICT=reject | wc -l)" = 1 ]'
entry=$(fields SIFTD_RULES=site/one)
for field in '"SIFTD_FILE":"junk.txt"' '"SIFTD_VERDICT":"quarantine"' '"PRIORITY":"6"'; do
    [[ $entry == *"$field"* ]]
done
[[ $(journalctl -u siftd -o cat) == *"judged file=junk.txt verdict=quarantine rules=site/one "* ]]
ok "the journal has fields: $(sed 's/"__[^,]*,\|"_[^,]*,//g' <<<"$entry")"

confined() { sed -n 's/.*\(landlock: [^;"]*\).*/\1/p' | head -n 1; }
inside=$(siftd status --json | confined)
outside=$(siftd --spool /tmp/elsewhere once 2>&1 | confined)
[ -n "$inside" ]
[ "$inside" = "$outside" ]
ok "in the sandbox of the unit it confines itself as it does outside: $inside"

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
cp -a /etc/siftd/rules.d /etc/siftd/rules.d.new
mv /etc/siftd/rules.d /etc/siftd/rules.d.old
mv /etc/siftd/rules.d.new /etc/siftd/rules.d
rm -r /etc/siftd/rules.d.old
rule FOURTHWORD ""
systemctl reload siftd
printf '%s\nFOURTHWORD\n' "$plain" | drop fourth.txt
await "[ -f $spool/quarantine/fourth.txt ]"
ok "mended, and the whole folder replaced: the new one is in use"

drops killed 150 &
await "[ -f $spool/curated/killed-20.txt ]"
before=$(process)
kill -KILL "$before"
renewed "$before"
wait $!
each_once killed 150
[ "$(systemctl show -P NRestarts siftd)" = 1 ]
ok "killed with files in hand: started again by itself, each of 150 files is there once"

echo 'workers: 1 # by the administrator' >>/etc/siftd/siftd.yaml
drops upgraded 100 &
await "[ -f $spool/curated/upgraded-10.txt ]"
before=$(process)
install $given/later.deb
[[ $(dpkg-query -W -f '${Version}' siftd) == *+later ]]
renewed "$before"
wait $!
each_once upgraded 100
grep -q '^workers: 1 # by the administrator$' /etc/siftd/siftd.yaml
grep -q '^# This line is new.$' /etc/siftd/siftd.yaml.dpkg-dist
ok "upgraded with files in hand: started anew, each of 100 is there once, the administrator's configuration stands"

siftd doctor >/run/siftd-test/doctor || { cat /run/siftd-test/doctor; false; }
sed -i 's/^UMask=.*/UMask=0077/' /usr/lib/systemd/system/siftd.service
! siftd doctor >/run/siftd-test/doctor
grep -q 'systemctl daemon-reload' /run/siftd-test/doctor
grep -q 'is not the one that this siftd comes with' /run/siftd-test/doctor
sed -i 's/^UMask=.*/UMask=0027/' /usr/lib/systemd/system/siftd.service
systemctl daemon-reload
ok "the doctor finds nothing; and a changed unit at once"

siftd verify >/run/siftd-test/verify || { cat /run/siftd-test/verify; false; }
intact=$(head -n 1 /run/siftd-test/verify)
echo "$plain x" >$spool/curated/good.txt
! siftd verify >/run/siftd-test/verify
grep -q '^changed     curated/good.txt' /run/siftd-test/verify
echo "$plain" >$spool/curated/good.txt
ok "verified: $intact; and a change of one at once"

mkdir -p /run/systemd/system/siftd.service.d
printf '[Service]\nWatchdogSec=2s\nTimeoutAbortSec=1s\n' >/run/systemd/system/siftd.service.d/test.conf
systemctl daemon-reload
systemctl restart siftd
before=$(process)
kill -STOP "$before"
renewed "$before"
[ "$(systemctl show -P Result siftd)" = success ]
journalctl -u siftd --no-pager | grep -q 'Watchdog timeout'
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
errors=$(journalctl -u siftd -p err -o cat _COMM=siftd)
[ -z "$errors" ] || { echo "$errors"; false; }
ok "nothing of all this was an error to siftd"

systemctl start siftd
# What somebody keeps beside the configuration is theirs.
mkdir /etc/siftd/spool && echo own >/etc/siftd/spool/own.txt
dpkg -r siftd >/dev/null
! systemctl is-active --quiet siftd
[ -f /etc/siftd/siftd.yaml ]
told=$(dpkg -P siftd 2>&1)
[[ $told == *"documents are left in $spool"* ]]
[ "$(find /etc/siftd -type f)" = /etc/siftd/spool/own.txt ]
rm -r /etc/siftd
[ ! -e /etc/systemd/system/multi-user.target.wants/siftd.service ]
[ "$(cat $spool/curated/good.txt)" = "$plain" ]
[ -f $spool/.siftd/journal.db ]
ok "purged: stopped, its configuration is gone, every document stays, and it says: ${told##*siftd: }"

find $spool -type f ! -path "$spool/.siftd/*" -delete
install $given/siftd.deb
await '[ "$(systemctl is-active siftd)" = active ]'
# What a daemon leaves that was killed is siftd's own as well.
systemctl stop siftd
mkdir -p $spool/inbox/.siftd/killed && touch $spool/inbox/.siftd/killed/lock $spool/inbox/.siftd/killed/judging
dpkg -P siftd >/dev/null
[ ! -e $spool ]
[ ! -e /etc/siftd ]
ok "installed and purged once more without a document: nothing stays"
