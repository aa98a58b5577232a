#!/usr/bin/env python3
"""A real mail server (Debian's exim4) with TLS and logins, on free ports of 127.0.0.1, in a folder of its own.

First line printed: {"starttls_port", "tls_port", "plain_port", "wrong_name_port", "ca_file", "mail_dir",
"greylist_file", "user", "password"}. Mail that is taken becomes a file in mail_dir. plain_port offers no TLS;
wrong_name_port shows a certificate of another name. A recipient `refused@…` is refused for good, `greylisted@…`
until greylist_file exists, a mail with REFUSE in its subject after it was sent. Ends when standard input does.
Exits with 77 where exim4 or openssl is missing.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXIM = next((p for p in ("/usr/sbin/exim4", "/usr/sbin/exim") if os.access(p, os.X_OK)), None)
NOBODY = 65534
USER, PASSWORD = "bonin", "correct horse battery staple"

CONFIG = """
primary_hostname = localhost
spool_directory = {root}/spool
log_file_path = {root}/log/%slog
pid_file_path = {root}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {starttls} : {tls} : {plain} : {wrong}
tls_on_connect_ports = {tls}
tls_advertise_hosts = ${{if eq{{$received_port}}{{{plain}}}{{}}{{*}}}}
tls_certificate = {root}/${{if eq{{$received_port}}{{{wrong}}}{{wrong}}{{right}}}}.pem
tls_privatekey = {root}/${{if eq{{$received_port}}{{{wrong}}}{{wrong}}{{right}}}}.key
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
deliver_drop_privilege = true
never_users =
admin_groups = {group}
exim_user = {user_id}
exim_group = {group}
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 50
bounce_return_body = false
begin acl
rcpt:
  deny local_parts = refused
       message = no such mailbox
  defer local_parts = greylisted
        condition = ${{if !exists{{{root}/greylist}}{{yes}}{{no}}}}
        message = come back later
  deny !authenticated = *
       condition = ${{if !eq{{$received_port}}{{{plain}}}{{yes}}{{no}}}}
       message = log in first
  accept
data:
  deny condition = ${{if match{{$h_subject:}}{{REFUSE}}{{yes}}{{no}}}}
       message = this content is not wanted
  accept
begin routers
all:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  file = {root}/mail/$message_exim_id
  create_file = anywhere
  no_mode_fail_narrower
  envelope_to_add
  return_path_add
  message_prefix =
  message_suffix =
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}{{yes}}{{no}}}}
  server_set_id = $auth2
"""


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificate(root, name, subject, alternative):
    key, request, extension = root / f"{name}.key", root / f"{name}.csr", root / f"{name}.ext"
    extension.write_text(f"subjectAltName={alternative}\nbasicConstraints=CA:FALSE\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={subject}",
            "-keyout", str(key), "-out", str(request))
    openssl("x509", "-req", "-in", str(request), "-CA", str(root / "ca.pem"), "-CAkey", str(root / "ca.key"),
            "-CAcreateserial", "-days", "2", "-extfile", str(extension), "-out", str(root / f"{name}.pem"))


def make_certificates(root):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=bonin test CA", "-keyout", str(root / "ca.key"), "-out", str(root / "ca.pem"))
    make_certificate(root, "right", "localhost", "DNS:localhost,IP:127.0.0.1")
    make_certificate(root, "wrong", "mail.example.org", "DNS:mail.example.org")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def give_to_nobody(root):
    """Exim never delivers as root: a run by root is given to nobody."""
    for path in [root, *root.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)


def wait_for(port, process):
    for _ in range(100):
        if process.poll() is not None:
            return False
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as s:
                return s.recv(3) == b"220"
        except OSError:
            time.sleep(0.05)
    return False


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def stop(process):
    """The daemon and what it started: a delivery that goes on would make its folder anew."""
    for _ in range(20):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            return
        if process.poll() is None:
            process.wait()
        time.sleep(0.02)


def serve(root):
    starttls, tls, plain, wrong = free_ports(4)
    as_root = os.geteuid() == 0
    user_id, group = (NOBODY, NOBODY) if as_root else (os.geteuid(), os.getegid())
    for name in ("spool", "log", "mail"):
        (root / name).mkdir()
    make_certificates(root)
    (root / "exim.conf").write_text(CONFIG.format(root=root, starttls=starttls, tls=tls, plain=plain, wrong=wrong,
                                                  user=USER, password=PASSWORD, user_id=user_id, group=group))
    if as_root:
        give_to_nobody(root)
    with open(root / "errors", "wb") as errors:
        process = subprocess.Popen([EXIM, "-bdf", "-C", str(root / "exim.conf")], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=errors,
                                   preexec_fn=become_nobody if as_root else None, start_new_session=True)
    try:
        if not wait_for(starttls, process):
            for log in [root / "errors", *(root / "log").glob("*")]:
                sys.stderr.write(log.read_text())
            return 1
        print(json.dumps({"starttls_port": starttls, "tls_port": tls, "plain_port": plain, "wrong_name_port": wrong,
                          "ca_file": str(root / "ca.pem"), "mail_dir": str(root / "mail"),
                          "greylist_file": str(root / "greylist"), "user": USER, "password": PASSWORD}), flush=True)
        sys.stdin.buffer.read()
        return 0
    finally:
        stop(process)


def main():
    if EXIM is None or shutil.which("openssl") is None:
        return 77
    root = Path(tempfile.mkdtemp(prefix="bonin-smtp-"))
    try:
        return serve(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
