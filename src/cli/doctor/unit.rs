//! The systemd unit: whether it is there, runs, is enabled, and is the one that this siftd was tested with.

use std::{collections::HashMap, fs, path::Path, process::Command};

use super::Findings;
use crate::cli::Context;

/// As it was tested.
const UNIT: &str = include_str!("../../../systemd/siftd.service");

/// systemd runs here if this is there; see sd_booted(3).
const BOOTED: &str = "/run/systemd/system";

const PROPERTIES: &str =
    "LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,FragmentPath,DropInPaths,ExecStart,NRestarts,Result";

/// Looks at it.
pub(super) fn look(context: &Context, findings: &mut Findings) {
    if fs::metadata(BOOTED).is_err() {
        return findings.ok("unit", "systemd does not run here");
    }
    let asked = Command::new("systemctl").args(["show", "--property", PROPERTIES, "siftd.service"]).output();
    match asked {
        Ok(output) if output.status.success() => {
            let told = String::from_utf8_lossy(&output.stdout);
            let told: HashMap<&str, &str> = told.lines().filter_map(|line| line.split_once('=')).collect();
            judge(&told, context.effective.file.as_deref(), |path| fs::read_to_string(path).ok(), findings);
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            findings.warning("unit", text, "ask again as root");
        }
        Err(error) => findings.warning("unit", format_args!("systemctl: {error}"), "is systemd installed wholly?"),
    }
}

/// What systemd `told` of the unit, for one who uses the configuration `config`.
fn judge(
    told: &HashMap<&str, &str>,
    config: Option<&Path>,
    read: impl Fn(&str) -> Option<String>,
    findings: &mut Findings,
) {
    let of = |key: &str| told.get(key).copied().unwrap_or_default();
    if of("LoadState") == "not-found" {
        return findings.ok("unit", "siftd.service is not installed; siftd is started by other means");
    }
    let here = config.is_some_and(|config| of("ExecStart").contains(&*config.to_string_lossy()));
    if !here {
        return findings.ok("unit", "siftd.service is there, and uses another configuration than this one");
    }
    match (of("ActiveState"), of("SubState")) {
        ("active" | "reloading" | "activating", _) => {}
        ("failed", _) => findings.problem(
            "unit",
            format_args!("siftd.service failed ({})", of("Result")),
            "`journalctl -u siftd` says why; then systemctl restart siftd",
        ),
        (state, _) => findings.warning("unit", format_args!("siftd.service is {state}"), "systemctl start siftd"),
    }
    if !matches!(of("UnitFileState"), "enabled" | "enabled-runtime" | "static" | "linked") {
        let text = format!("siftd.service is {}: it is not started with the machine", of("UnitFileState"));
        findings.warning("unit", text, "systemctl enable siftd");
    }
    if of("NeedDaemonReload") == "yes" {
        findings.warning("unit", "its files were changed and systemd uses older ones", "systemctl daemon-reload");
    }
    if read(of("FragmentPath")).is_some_and(|text| text != UNIT) {
        findings.warning(
            "unit",
            format_args!("{} is not the one that this siftd comes with", of("FragmentPath")),
            "install that one, and put what this site needs into `systemctl edit siftd`",
        );
    }
    if findings.is_well("unit") {
        let drop_ins = match of("DropInPaths") {
            "" => String::new(),
            paths => format!(", changed by {paths}"),
        };
        let restarts = match of("NRestarts") {
            "" | "0" => String::new(),
            "1" => ", restarted once by itself".to_owned(),
            count => format!(", restarted {count} times by itself"),
        };
        findings.ok("unit", format_args!("siftd.service is active and enabled{drop_ins}{restarts}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(changes: &[(&'static str, &'static str)], text: &str) -> String {
        let mut told: HashMap<&str, &str> = [
            ("LoadState", "loaded"),
            ("ActiveState", "active"),
            ("UnitFileState", "enabled"),
            ("NeedDaemonReload", "no"),
            ("FragmentPath", "/usr/lib/systemd/system/siftd.service"),
            ("ExecStart", "{ argv[]=/usr/bin/siftd --config /etc/siftd/siftd.yaml run ; }"),
        ]
        .into();
        told.extend(changes.iter().copied());
        let mut findings = Findings::default();
        judge(&told, Some(Path::new("/etc/siftd/siftd.yaml")), |_| Some(text.to_owned()), &mut findings);
        findings.to_string()
    }

    #[test]
    fn each_thing_that_can_be_wrong_is_told_with_what_to_do() {
        assert_eq!(judged(&[], UNIT), "ok       unit            siftd.service is active and enabled\n");
        for (key, value, wanted, advice) in [
            ("ActiveState", "inactive", "siftd.service is inactive", "systemctl start siftd"),
            ("ActiveState", "failed", "siftd.service failed", "systemctl restart siftd"),
            ("UnitFileState", "disabled", "not started with the machine", "systemctl enable siftd"),
            ("NeedDaemonReload", "yes", "systemd uses older ones", "systemctl daemon-reload"),
        ] {
            let told = judged(&[(key, value)], UNIT);
            assert!(told.contains(wanted) && told.contains(advice) && !told.starts_with("ok"), "{told}");
        }
        assert!(judged(&[], "[Unit]\n").contains("not the one that this siftd comes with"));
        assert!(judged(&[("LoadState", "not-found")], UNIT).starts_with("ok"));
        assert!(judged(&[("ExecStart", "siftd --config /srv/x.yaml run")], UNIT).contains("another configuration"));
    }
}
