//! Whom a program and everything it started spoke to: the system calls that connect or send, as strace wrote them
//! down. What is handed to the kernel is counted, so nothing can go past.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::Path,
    process::Command,
};

/// Where names are asked for on the network.
const DNS: u16 = 53;
/// Parts of the names of local sockets behind which somebody looks names up: nscd, systemd-resolved, Avahi, SSSD.
const RESOLVERS: [&str; 4] = ["nscd", "resolve", "avahi", "sss/"];
/// How a question for a name begins after its number: flags, one question, no answers.
const QUESTION: &str = r"\1\0\0\1\0\0\0\0\0\0";
/// The calls that connect or send.
const CALLS: [&str; 4] = ["connect", "sendto", "sendmsg", "sendmmsg"];

/// strace over a program that has the process id of the command itself. What follows is the program with its
/// arguments.
pub fn strace(log: &Path) -> Command {
    let mut strace = Command::new("strace");
    let calls = format!("trace={}", CALLS.join(","));
    // `-D`: the tracer steps aside, and whoever started the command waits for the program and ends it.
    strace.args(["-D", "-f", "-q", "-s", "96", "-e", &calls, "-e", "signal=none", "-o"]).arg(log).arg("--");
    strace
}

/// What was said to the outside.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Traffic {
    /// Calls by address, but for questions for names. Port 0 sends nothing: the system library asks the kernel so
    /// which way an address lies.
    pub to: BTreeMap<SocketAddr, usize>,
    /// Questions for names: the line of each.
    pub names: Vec<String>,
    /// Local sockets of resolvers that were tried.
    pub resolvers: Vec<String>,
    /// All calls that were seen, those between the program's own processes included.
    pub calls: usize,
}

impl Traffic {
    /// What a log holds from this byte on.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(log: &Path, from: usize) -> std::io::Result<Self> {
        let bytes = std::fs::read(log)?;
        let text = String::from_utf8_lossy(bytes.get(from..).unwrap_or_default()).into_owned();
        let mut traffic = Self::default();
        text.lines().for_each(|line| traffic.note(line));
        Ok(traffic)
    }

    fn note(&mut self, line: &str) {
        // The second half of a call that was interrupted says nothing new.
        if !CALLS.iter().any(|call| line.contains(&format!(" {call}("))) {
            return;
        }
        self.calls += 1;
        if let Some(path) = between(line, "sun_path=", "}") {
            if RESOLVERS.iter().any(|part| path.contains(part)) {
                self.resolvers.push(path.to_owned());
            }
            return;
        }
        for address in addresses(line) {
            match address.port() {
                DNS => self.names.push(line.to_owned()),
                _ => *self.to.entry(address).or_default() += 1,
            }
        }
        // On a socket that was connected before.
        if !line.contains("sa_family=") && line.contains(QUESTION) && !line.contains(" sendmsg(") {
            self.names.push(line.to_owned());
        }
    }

    /// The addresses that are none of these, with those of a local machine's way-finding (port 0) left out for them.
    pub fn besides(&self, wanted: &[SocketAddr]) -> Vec<SocketAddr> {
        let known = |address: &SocketAddr| {
            let way =
                |wanted: &SocketAddr| address.port() == 0 && wanted.ip().is_loopback() && address.ip().is_loopback();
            wanted.iter().any(|wanted| wanted == address || way(wanted))
        };
        self.to.keys().filter(|address| !known(address)).copied().collect()
    }

    /// How many calls went to this address.
    pub fn count(&self, address: SocketAddr) -> usize {
        self.to.get(&address).copied().unwrap_or_default()
    }

    /// Whether a name was asked for in whatever way.
    pub fn asks_for_names(&self) -> bool {
        !self.names.is_empty() || !self.resolvers.is_empty()
    }

    /// Whether a question holds this host, in the form that DNS or a local socket gives it.
    pub fn names_host(&self, host: &str) -> bool {
        // `www.example.com` travels as `\3www\7example\3com`: the parts stand in it, each after its length.
        self.names.iter().any(|line| host.split('.').all(|part| line.contains(part)))
    }
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = line.split_once(before)?.1;
    Some(rest.split_once(after).map_or(rest, |(found, _)| found))
}

/// Every address in a call: several messages may go in one.
fn addresses(line: &str) -> Vec<SocketAddr> {
    let parts = line.split("sa_family=AF_INET").skip(1);
    parts
        .filter_map(|part| {
            let port = between(part, "htons(", ")")?.parse().ok()?;
            let v4 = between(part, "inet_addr(\"", "\"");
            let ip: IpAddr = v4.or_else(|| between(part, "AF_INET6, \"", "\""))?.parse().ok()?;
            Some(SocketAddr::new(ip, port))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(lines: &[&str]) -> Traffic {
        let mut traffic = Traffic::default();
        lines.iter().for_each(|line| traffic.note(line));
        traffic
    }

    #[test]
    fn what_is_written_down_is_read() {
        let seen = traffic(&[
            r#"12 connect(9, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 ECONNREFUSED"#,
            r#"12 connect(9, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr("127.0.0.1")}, 16 <unfinished ...>"#,
            r#"12 <... connect resumed>)               = -1 EINPROGRESS (Operation now in progress)"#,
            r#"12 connect(9, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0"#,
            r#"12 sendto(3, {nlmsg_len=20}, 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20"#,
            r#"12 connect(3, {sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X9"}, 20) = 0"#,
        ]);
        let proxy: SocketAddr = ([127, 0, 0, 1], 3128).into();
        assert_eq!((seen.count(proxy), seen.calls, seen.asks_for_names()), (2, 5, false));
        assert_eq!(seen.besides(&[proxy]), ["[2001:db8::1]:443".parse().expect("an address")]);
    }

    #[test]
    fn each_way_to_ask_for_a_name_is_seen() {
        for line in [
            r#"7 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT"#,
            r#"7 connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 110) = 0"#,
            r#"7 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.53")}, 16) = 0"#,
            r#"7 sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="\10q\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1", iov_len=33}], msg_iovlen=1}}], 2, MSG_NOSIGNAL) = 2"#,
            r#"7 sendto(3, "\1", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 1"#,
        ] {
            assert!(traffic(&[line]).asks_for_names(), "{line}");
        }
        let line =
            r#"7 sendto(3, "a\227\1\0\0\1\0\0\0\0\0\0\3www\10bilibili\3com\0\0\34", 34, MSG_NOSIGNAL, NULL, 0) = 34"#;
        let seen = traffic(&[line]);
        assert!(seen.names_host("www.bilibili.com") && !seen.names_host("www.douyin.com"));
    }
}
