//! The engines that the store runs on, as a test wants them: an empty database each time.
//!
//! SQLite is a file. PostgreSQL and MariaDB are servers from Debian's packages (`.ci/needs test`), started once a test process on free loopback
//! ports, with their files in a temporary folder and nothing kept safe: a crash of the machine is no test of ours. A server ends, and its folder
//! is removed, when the test process ends, however it ends. To add an engine: a variant, and how its server is made.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use satu_core::{store::Store, time::Clock};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server of PostgreSQL.
    Postgres,
    /// A server of MariaDB, which speaks MySQL.
    MySql,
}

/// Who may do everything on a throw-away server.
const USER: &str = "satu";
/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(120);
/// `nobody`: servers refuse to run as root.
const NOBODY: u32 = 65_534;

static POSTGRES: LazyLock<Server> = LazyLock::new(|| Server::start(Engine::Postgres));
static MARIADB: LazyLock<Server> = LazyLock::new(|| Server::start(Engine::MySql));

/// Numbers the databases of this process.
static MADE: AtomicU32 = AtomicU32::new(0);

/// Makes or drops a database. The first test that wants the server starts it, on a thread that may block.
async fn make(server: &'static LazyLock<Server>, statement: &str) {
    let server = tokio::task::spawn_blocking(|| LazyLock::force(server)).await.expect("a server");
    let mut connection = server.connect().await.expect("the server answers");
    connection.execute(AssertSqlSafe(statement)).await.expect("a database");
}

impl Engine {
    /// The engine whose name a module has: stories stand in a module per engine.
    ///
    /// # Panics
    /// When no part of the path names one.
    #[must_use]
    pub fn of_module(path: &str) -> Self {
        let named = |part: &str| match part {
            "sqlite" => Some(Self::Sqlite),
            "postgres" => Some(Self::Postgres),
            "mysql" => Some(Self::MySql),
            _ => None,
        };
        path.split("::").find_map(named).unwrap_or_else(|| panic!("{path} names no engine"))
    }

    /// The URL of a fresh empty database; one of SQLite is a file in a folder.
    ///
    /// # Panics
    /// When the server does not start or makes none.
    pub async fn database(self, folder: &Path) -> String {
        let server: &'static LazyLock<Server> = match self {
            Self::Sqlite => return format!("sqlite:{}", folder.join("satu.db").display()),
            Self::Postgres => &POSTGRES,
            Self::MySql => &MARIADB,
        };
        let name = format!("satu_{}", MADE.fetch_add(1, Ordering::Relaxed));
        make(server, &format!("CREATE DATABASE {name}")).await;
        format!("{}/{name}", server.url)
    }
}

/// A database as it stood at one instant, from which others begin.
pub struct Template {
    engine: Engine,
    url: String,
    folder: tempfile::TempDir,
    /// The copy that a server has: PostgreSQL's is dropped before the next is made. MariaDB copies no database: it is filled anew each time.
    copied: Option<String>,
}

impl Template {
    /// Keeps a database that nobody has open any more.
    ///
    /// # Panics
    /// When it cannot be kept.
    #[must_use]
    pub fn of(engine: Engine, url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut url = url.to_owned();
        if engine == Engine::Sqlite {
            let kept = folder.path().join("template.db");
            fs::copy(file_of(&url), &kept).expect("a copy");
            url = format!("sqlite:{}", kept.display());
        }
        Self { engine, url, folder, copied: None }
    }

    /// The URL of a database that stands where the template stood. The copy that was given before may be gone then.
    ///
    /// # Panics
    /// When the engine makes none.
    pub async fn copy(&mut self) -> String {
        match self.engine {
            Engine::Sqlite => {
                // Each of its own name: who read the one before may still be closing it.
                let copy = self.folder.path().join(format!("{}.db", MADE.fetch_add(1, Ordering::Relaxed)));
                fs::copy(file_of(&self.url), &copy).expect("a copy");
                format!("sqlite:{}", copy.display())
            }
            Engine::Postgres => {
                if let Some(before) = self.copied.take() {
                    make(&POSTGRES, &format!("DROP DATABASE {before} WITH (FORCE)")).await;
                }
                let (server, name) = self.url.rsplit_once('/').expect("a database");
                let copy = format!("{name}_{}", MADE.fetch_add(1, Ordering::Relaxed));
                make(&POSTGRES, &format!("CREATE DATABASE {copy} TEMPLATE {name}")).await;
                let url = format!("{server}/{copy}");
                self.copied = Some(copy);
                url
            }
            Engine::MySql => {
                if self.copied.is_none() {
                    let url = self.engine.database(self.folder.path()).await;
                    Store::open(&url, Clock::system()).await.expect("its tables").close().await;
                    self.copied = Some(url);
                }
                let url = self.copied.clone().unwrap_or_default();
                fill(&url, self.url.rsplit('/').next().expect("a database")).await;
                url
            }
        }
    }
}

fn file_of(url: &str) -> &str {
    url.trim_start_matches("sqlite:")
}

/// Gives every table of a database of MariaDB the rows that it has in another one.
async fn fill(url: &str, from: &str) {
    let mut connection = AnyConnection::connect(url).await.expect("the database opens");
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name <> '_sqlx_migrations'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("its tables");
    connection.execute("SET foreign_key_checks = 0").await.expect("a setting");
    for table in tables {
        // Where a trigger keeps rows from being deleted, only this empties the table.
        let empty = if table.starts_with("status_history") { "TRUNCATE TABLE" } else { "DELETE FROM" };
        for statement in [format!("{empty} {table}"), format!("INSERT INTO {table} SELECT * FROM {from}.{table}")] {
            connection.execute(AssertSqlSafe(statement)).await.expect("a table is filled");
        }
    }
}

/// A server that runs as long as this process does.
struct Server {
    /// Its URL, to which a database's name is added.
    url: String,
    /// The database that is there from the beginning.
    first: &'static str,
    /// A pipe that its keeper reads: it closes when this process ends.
    _alive: ChildStdin,
}

impl Server {
    /// Makes its files and starts it.
    fn start(engine: Engine) -> Self {
        let folder = tempfile::Builder::new().prefix("satu-").tempdir().expect("a folder").keep();
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("a folder of nobody's");
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let (scheme, first, command) = match engine {
            Engine::Sqlite => unreachable!("SQLite has no server"),
            Engine::Postgres => ("postgres", "postgres", postgres(&folder, port)),
            Engine::MySql => ("mysql", "mysql", mariadb(&folder, port)),
        };
        // PostgreSQL gives its memory back only when it ends by itself.
        let end = if engine == Engine::Postgres { "INT" } else { "KILL" };
        let alive = keep(&folder, end, command);
        let server = Self { url: format!("{scheme}://{USER}:{USER}@127.0.0.1:{port}"), first, _alive: alive };
        server.wait(&folder);
        server
    }

    async fn connect(&self) -> sqlx::Result<AnyConnection> {
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

/// The cluster's files, and the command that serves them.
fn postgres(folder: &Path, port: u16) -> Command {
    let (programs, files) = (postgres_programs(), folder.join("data"));
    let password = folder.join("password");
    fs::write(&password, USER).expect("a file");
    let mut make = as_nobody(&programs.join("initdb"));
    make.arg("-D").arg(&files).arg("--pwfile").arg(&password);
    run(make.args(["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]));
    let mut serve = as_nobody(&programs.join("postgres"));
    serve.arg("-D").arg(&files).args(["-p", &port.to_string(), "-k"]).arg(folder);
    for setting in [
        "listen_addresses=127.0.0.1",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=300",
        "shared_buffers=64MB",
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

/// The data folder, and the command that serves it.
fn mariadb(folder: &Path, port: u16) -> Command {
    let (files, first) = (folder.join("data"), folder.join("first.sql"));
    let mut make = as_nobody(Path::new("mariadb-install-db"));
    make.arg("--no-defaults").arg(format!("--datadir={}", files.display()));
    run(make.args(["--auth-root-authentication-method=normal", "--skip-test-db"]));
    fs::write(
        &first,
        format!(
            "CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{USER}';\n\
             GRANT ALL ON *.* TO {USER}@'127.0.0.1' WITH GRANT OPTION;\n"
        ),
    )
    .expect("a file");
    let mut serve = as_nobody(Path::new("mariadbd"));
    serve.args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--max-connections=300"]);
    serve.args(["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-buffer-pool-size=96M"]);
    for (setting, value) in [
        ("port", port.to_string()),
        ("datadir", files.display().to_string()),
        ("init-file", first.display().to_string()),
        ("socket", folder.join("socket").display().to_string()),
        ("pid-file", folder.join("pid").display().to_string()),
    ] {
        serve.arg(format!("--{setting}={value}"));
    }
    serve
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A command that runs as nobody where this process is root.
fn as_nobody(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let done =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error} (is it installed? .ci/needs test)"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Runs a server beside this process, under a shell that ends it and removes its folder as soon as the pipe to it closes.
fn keep(folder: &Path, end: &str, server: Command) -> ChildStdin {
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
