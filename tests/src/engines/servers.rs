//! Throw-away servers of one engine each: made from Debian's packages, on free loopback ports, ended and removed with the process.

use std::{
    fs,
    hash::{BuildHasher, RandomState},
    net::TcpListener,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use sqlx::{AnyConnection, Connection as _};

use super::{BUFFERS, Engine};

/// Who may do everything on a throw-away server.
pub(super) const USER: &str = "satu";
/// How long a server may take to start.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);
/// `nobody`: servers refuse to run as root.
const NOBODY: u32 = 65_534;

/// A server that runs as long as this process does.
pub(super) struct Server {
    /// Its URL, to which a database's name is added.
    pub(super) url: String,
    /// The database that is there from the beginning.
    first: &'static str,
    /// A pipe that its keeper reads: it closes when this process ends.
    _alive: ChildStdin,
}

impl Server {
    /// Makes its files and starts it.
    pub(super) fn start(engine: Engine) -> Self {
        let (folder, [port]) = (folder(), free_ports());
        let (scheme, first, command) = match engine {
            Engine::Sqlite | Engine::Galera => unreachable!("no single server"),
            Engine::Postgres => ("postgres", "postgres", postgres(&folder, port)),
            Engine::MySql => {
                make_mariadb(&folder);
                let mut serve = mariadb(&folder, port);
                serve.arg(format!("--init-file={}", first_statements(&folder).display()));
                ("mysql", "mysql", serve)
            }
        };
        // PostgreSQL gives its memory back only when it ends by itself.
        let end = if engine == Engine::Postgres { "INT" } else { "KILL" };
        let alive = keep(&folder, end, command);
        let server = Self { url: format!("{scheme}://{USER}:{USER}@127.0.0.1:{port}"), first, _alive: alive };
        server.wait(&folder);
        server
    }

    pub(super) async fn connect(&self) -> sqlx::Result<AnyConnection> {
        sqlx::any::install_default_drivers();
        AnyConnection::connect(&format!("{}/{}", self.url, self.first)).await
    }

    /// Waits until it answers.
    fn wait(&self, folder: &Path) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let began = Instant::now();
        while let Err(error) = runtime.block_on(self.connect()) {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(began.elapsed() < PATIENCE, "{} does not answer: {error}\n{}", self.url, log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The cluster's files, and the command that serves them. It asks for no password: thousands of rounds of SHA-256 at each connection would take a client that
/// is built for tests more time than all that it says afterwards.
fn postgres(folder: &Path, port: u16) -> Command {
    let (programs, files) = (postgres_programs(), folder.join("data"));
    let mut make = as_nobody(&programs.join("initdb"));
    make.arg("-D").arg(&files);
    run(make.args(["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]));
    let mut serve = as_nobody(&programs.join("postgres"));
    serve.arg("-D").arg(&files).args(["-p", &port.to_string(), "-k"]).arg(folder);
    for setting in [
        "listen_addresses=127.0.0.1",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=300",
        &format!("shared_buffers={}MB", BUFFERS.load(Ordering::Relaxed)),
    ] {
        serve.args(["-c", setting]);
    }
    serve
}

/// Debian keeps the server's programs out of the path, in a folder a version: the newest.
fn postgres_programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed: .ci/needs test");
    let versions = versions.filter_map(|one| one.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.max().expect("PostgreSQL is installed: .ci/needs test");
    PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"))
}

/// Makes a data folder of MariaDB.
pub(super) fn make_mariadb(folder: &Path) {
    let mut make = as_nobody(Path::new("mariadb-install-db"));
    make.arg("--no-defaults").arg(format!("--datadir={}", folder.join("data").display()));
    // What MariaDB finds of temporary tables when it starts it removes, be they another server's: each has a folder of its own.
    make.env("TMPDIR", folder);
    run(make.args(["--auth-root-authentication-method=normal", "--skip-test-db"]));
}

/// A file with what a fresh server of MariaDB is to carry out first: the user who may do everything.
pub(super) fn first_statements(folder: &Path) -> PathBuf {
    let file = folder.join("first.sql");
    let user = format!("{USER}@'127.0.0.1'");
    let statements =
        format!("CREATE USER {user} IDENTIFIED BY '{USER}';\nGRANT ALL ON *.* TO {user} WITH GRANT OPTION;\n");
    fs::write(&file, statements).expect("a file");
    file
}

/// The command that serves a data folder of MariaDB.
pub(super) fn mariadb(folder: &Path, port: u16) -> Command {
    let mut serve = as_nobody(Path::new("mariadbd"));
    serve.args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--max-connections=300"]);
    serve.args(["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"]);
    serve.arg(format!("--innodb-buffer-pool-size={}M", BUFFERS.load(Ordering::Relaxed)));
    for (setting, value) in [("datadir", "data"), ("socket", "socket"), ("pid-file", "pid"), ("tmpdir", "")] {
        serve.arg(format!("--{setting}={}", folder.join(value).display()));
    }
    serve.arg(format!("--port={port}"));
    serve
}

/// A folder for a server's files, its own user's.
pub(super) fn folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("satu-").tempdir().expect("a folder").keep();
    if is_root() {
        chown(&folder, Some(NOBODY), Some(NOBODY)).expect("a folder of nobody's");
    }
    folder
}

/// Ports of the loopback address that nobody listens at. They lie below those that the system lends to whoever connects: a server that takes seconds to start would
/// find one of these taken.
pub(super) fn free_ports<const N: usize>() -> [u16; N] {
    const FIRST: u16 = 10_000;
    const PORTS: u64 = 22_000;
    let held = || {
        loop {
            let drawn = u16::try_from(RandomState::new().hash_one(()) % PORTS).expect("a port");
            if let Ok(free) = TcpListener::bind(("127.0.0.1", FIRST + drawn)) {
                return free;
            }
        }
    };
    // All are held until the last is found, so that they differ.
    let held = [(); N].map(|()| held());
    held.map(|free| free.local_addr().expect("a port").port())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A command that runs as nobody where this process is root.
pub(super) fn as_nobody(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(program);
    command
}

pub(super) fn run(command: &mut Command) {
    let done =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error} (is it installed? .ci/needs test)"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Runs a server beside this process, under a shell that ends it and removes its folder as soon as the pipe to it closes.
pub(super) fn keep(folder: &Path, end: &str, server: Command) -> ChildStdin {
    const KEEPER: &str = r#"
        folder=$1 end=$2
        shift 2
        cd /
        "$@" </dev/null >"$folder/log" 2>&1 &
        server=$!
        cat >/dev/null
        kill -"$end" "$server"
        wait "$server"
        rm -rf "$folder"
    "#;
    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg(end).arg(server.get_program()).args(server.get_args());
    // Of its own group: what ends the tests by a key at the terminal leaves it the time to clean up.
    std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
    let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    keeper.expect("a shell").stdin.expect("a pipe")
}
