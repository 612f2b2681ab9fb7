"""siftd as it is measured: configurations, rule packs made for a measure, and the running daemon."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

import corpus

PRESETS = ("quality-gopher", "quality-c4", "quality-fineweb")


class Siftd:
    """One binary and a folder to keep configurations and packs in."""

    def __init__(self, binary, work):
        self.binary, self.work = pathlib.Path(binary).resolve(), work
        work.mkdir(parents=True, exist_ok=True)

    def config(self, name, packs=None, languages=(), spool=None, more=""):
        """A configuration file: the shipped packs, or only the pack files given."""
        path, folder = self.work / f"{name}.siftd.yaml", self.work / f"{name}.rules"
        text = ""
        if packs is not None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for pack in packs:
                shutil.copy(pack, folder)
            text += f"rules: {{ shipped: false, folders: [{folder}] }}\n"
        if languages:
            text += f"languages: {{ wanted: [{', '.join(languages)}] }}\n"
        if spool:
            text += f"spool: {spool}\n"
        path.write_text(text + more, encoding="utf-8")
        return path

    def presets(self):
        return self.config("presets", [corpus.REPOSITORY / "rules" / f"{name}.yaml" for name in PRESETS])

    def everything(self):
        return self.config("everything", languages=("en", "zh", "ja"))

    def scan(self, config, folder):
        return [self.binary, "--config", config, "scan", "--format", "jsonl", folder]

    def once(self, config):
        return [self.binary, "--config", config, "once", "-q"]

    def pack(self, name, patterns):
        """A pack with one line rule for each regular expression, that only annotates."""
        lines = ["schema: rules/1", f"pack: {name}", "rules:"]
        for number, pattern in enumerate(patterns):
            quoted = pattern.replace("'", "''")
            lines += [f"  - id: r{number:04}", f"    match: {{regex: {{any: ['{quoted}']}}}}", "    action: annotate"]
        path = self.work / f"{name}.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


def arrived(spool):
    """Documents that were filed away."""
    return sum(not name.endswith(".siftd.json") for folder in ("curated", "quarantine", "rejected")
               for _, _, files in os.walk(spool / folder) for name in files)


class Daemon:
    """`siftd run` on a fresh spool, up when entered, stopped when left."""

    def __init__(self, siftd, config, spool, cores=None, before=None):
        self.siftd, self.config_file, self.spool, self.cores, self.before = siftd, config, spool, cores, before
        self.ready_after = None

    def __enter__(self):
        (self.spool / "inbox").mkdir(parents=True, exist_ok=True)
        where = self.siftd.work / "notify.sock"
        where.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(str(where))
        listener.settimeout(60)

        def prepare():
            if self.cores is not None:
                os.sched_setaffinity(0, self.cores)
            if self.before is not None:
                self.before()

        self.log = open(self.siftd.work / "daemon.log", "wb")
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [self.siftd.binary, "--config", self.config_file, "run"], stdout=subprocess.DEVNULL, stderr=self.log,
            env={**os.environ, "NOTIFY_SOCKET": str(where)},
            # Not without need: with it all the memory of this process is copied first, and the start would take as long.
            preexec_fn=prepare if self.cores or self.before else None)
        while b"READY=1" not in listener.recv(4096):
            pass
        self.ready_after = time.perf_counter() - begun
        # As a service manager does: what nobody reads would fill the socket, and the daemon would wait.
        listener.settimeout(None)
        threading.Thread(target=self.listen, args=(listener,), daemon=True).start()
        return self

    def listen(self, listener):
        while b"STOPPING=1" not in listener.recv(4096):
            pass

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()

    def cpu(self):
        """Seconds of CPU so far, in user and system mode."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self):
        """The most memory it held at one time, in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def arrived(self):
        return arrived(self.spool)

    def waiting(self):
        """Files in the inbox and in claims, the daemon's own files apart. Claims, each a folder, are looked at only when nothing
        else is left: a full look is work for a core that the daemon needs."""
        inbox = os.listdir(self.spool / "inbox")
        return len(inbox) - 1 or sum(name not in ("lock", "judging")
                                     for _, _, files in os.walk(self.spool / "inbox/.siftd") for name in files)

    def until_empty(self, limit=600):
        """Waits until nothing is left in the inbox, claims included; returns the moment."""
        deadline = time.perf_counter() + limit
        while self.waiting():
            if time.perf_counter() > deadline:
                raise SystemExit(f"daemon: {self.waiting()} files are still waiting after {limit} s")
            time.sleep(0.05)
        return time.perf_counter()
