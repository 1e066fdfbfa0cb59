//! A D-Bus of a test's own: nobody is on it, and it starts nobody.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// The bus. It ends with its test.
#[derive(Debug)]
pub(crate) struct OwnBus {
    daemon: Child,
    pub(crate) address: String,
    _folder: tempfile::TempDir,
}

impl OwnBus {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bus.conf");
        let rules = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
  </policy>
</busconfig>"#,
            folder.path().join("bus").display()
        );
        std::fs::write(&config, rules).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed: cargo xtask test sees to it");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(!address.trim().is_empty(), "the bus did not start");
        Self { daemon, address: address.trim().to_owned(), _folder: folder }
    }
}

impl Drop for OwnBus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
