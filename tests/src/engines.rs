//! The engines that the store runs on, as a test wants them: an empty database each time.
//!
//! SQLite is a file. PostgreSQL and MariaDB are servers from Debian's packages (`.ci/needs test`), started once a test process on free loopback
//! ports, with their files in a temporary folder and nothing kept safe: a crash of the machine is no test of ours. A server ends, and its folder
//! is removed, when the test process ends, however it ends. To add an engine: a variant, and how its server is made.

mod cluster;
mod servers;

use std::{
    fs,
    path::Path,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

pub use cluster::Cluster;

use satu_core::{store::Store, time::Clock};
use servers::Server;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use crate::ledger;

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server of PostgreSQL.
    Postgres,
    /// A server of MariaDB, which speaks MySQL.
    MySql,
    /// Three nodes of MariaDB that replicate to each other.
    Galera,
}

static POSTGRES: LazyLock<Server> = LazyLock::new(|| Server::start(Engine::Postgres));
static MARIADB: LazyLock<Server> = LazyLock::new(|| Server::start(Engine::MySql));
static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

/// Megabytes that a server may keep of its tables.
static BUFFERS: AtomicU32 = AtomicU32::new(64);

/// Lets the servers of PostgreSQL and MariaDB keep more than a test needs. To be said before the first of them starts.
pub fn set_buffers(megabytes: u32) {
    BUFFERS.store(megabytes, Ordering::Relaxed);
}

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
            "galera" => Some(Self::Galera),
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
            Self::Galera => {
                let cluster = tokio::task::spawn_blocking(|| LazyLock::force(&CLUSTER)).await.expect("a cluster");
                let number = MADE.fetch_add(1, Ordering::Relaxed);
                // Each database is used through another node than the one before.
                return cluster.database(&format!("satu_{number}"), number as usize % Cluster::NODES).await;
            }
        };
        let name = format!("satu_{}", MADE.fetch_add(1, Ordering::Relaxed));
        make(server, &format!("CREATE DATABASE {name}")).await;
        format!("{}/{name}", server.url)
    }
}

/// The same database, where it is a cluster's through a node that is so many nodes away.
#[must_use]
pub fn elsewhere(url: &str, nodes_away: usize) -> String {
    LazyLock::get(&CLUSTER).map_or_else(|| url.to_owned(), |cluster| cluster.elsewhere(url, nodes_away))
}

/// A database as it stood at one instant, from which others begin.
pub struct Template {
    engine: Engine,
    url: String,
    folder: tempfile::TempDir,
    /// The copy that a server has: filled anew each time, since to make a database takes longer than all that is done with it.
    copied: Option<String>,
    /// Who fills it.
    filler: Option<AnyConnection>,
}

/// PostgreSQL reads one database at a time: what the copy is to be filled with is kept beside its tables.
const KEEP: &str = "DO $$ DECLARE one text; BEGIN CREATE SCHEMA kept;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' LOOP
        EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', one, one);
    END LOOP; END $$";
/// No trigger and no foreign key looks at what it does.
const REFILL: &str = "DO $$ DECLARE one text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP
        EXECUTE format('DELETE FROM public.%I', one);
        EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', one, one);
    END LOOP; END $$";

impl Template {
    /// Keeps a database into which nobody writes any more.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn of(engine: Engine, url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut url = url.to_owned();
        if engine == Engine::Sqlite {
            let kept = folder.path().join("template.db");
            // SQLite copies it: what was written may still stand in the log beside the file, until the last one who had it open has closed it.
            let mut file = ledger::at(&url).await;
            run(&mut file, format!("VACUUM INTO '{}'", kept.display())).await.expect("a copy");
            file.close().await.expect("the database closes");
            url = format!("sqlite:{}", kept.display());
        }
        Self { engine, url, folder, copied: None, filler: None }
    }

    /// The URL of a database that stands where the template stood. The copy that was given before is gone then.
    ///
    /// # Panics
    /// When the engine makes none.
    pub async fn copy(&mut self) -> String {
        let (server, name) = self.url.rsplit_once('/').expect("a database");
        match self.engine {
            Engine::Sqlite => {
                // Each of its own name: who read the one before may still be closing it.
                let copy = self.folder.path().join(format!("{}.db", MADE.fetch_add(1, Ordering::Relaxed)));
                fs::copy(file_of(&self.url), &copy).expect("a copy");
                format!("sqlite:{}", copy.display())
            }
            Engine::Postgres => {
                let copy = format!("{name}_copy");
                let url = format!("{server}/{copy}");
                if self.copied.is_none() {
                    make(&POSTGRES, &format!("CREATE DATABASE {copy} TEMPLATE {name}")).await;
                }
                let connection = filler(&mut self.filler, &url).await;
                if self.copied.is_none() {
                    connection.execute(KEEP).await.expect("its rows are kept");
                    self.copied = Some(url.clone());
                }
                connection.execute(REFILL).await.expect("it is filled");
                url
            }
            Engine::Galera => unreachable!("a cluster's database is not copied"),
            Engine::MySql => {
                if self.copied.is_none() {
                    let url = self.engine.database(self.folder.path()).await;
                    Store::open(&url, Clock::system()).await.expect("its tables").close().await;
                    let connection = filler(&mut self.filler, &url).await;
                    for table in tables(connection).await {
                        // What is filled anew is emptied first: nothing may refuse that here.
                        let refusing = format!("DROP TRIGGER IF EXISTS {table}_refuses_delete");
                        run(connection, refusing).await.expect("a trigger is dropped");
                    }
                    self.copied = Some(url);
                }
                let url = self.copied.clone().unwrap_or_default();
                fill(filler(&mut self.filler, &url).await, name).await;
                url
            }
        }
    }
}

fn file_of(url: &str) -> &str {
    url.trim_start_matches("sqlite:")
}

/// Who fills a database anew: the same connection each time.
async fn filler<'a>(held: &'a mut Option<AnyConnection>, url: &str) -> &'a mut AnyConnection {
    if held.is_none() {
        *held = Some(AnyConnection::connect(url).await.expect("the database opens"));
    }
    held.as_mut().expect("a connection")
}

/// The tables of a database of MariaDB.
async fn tables(connection: &mut AnyConnection) -> Vec<String> {
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name <> '_sqlx_migrations'";
    sqlx::query_scalar(tables).fetch_all(connection).await.expect("its tables")
}

/// Gives every table of a database of MariaDB the rows that it has in another one.
async fn fill(connection: &mut AnyConnection, from: &str) {
    connection.execute("SET foreign_key_checks = 0").await.expect("a setting");
    for table in tables(connection).await {
        run(connection, format!("DELETE FROM {table}")).await.expect("a table is emptied");
        let filling = format!("INSERT INTO {table} SELECT * FROM {from}.{table}");
        run(connection, filling).await.expect("a table is filled");
    }
}

async fn run(connection: &mut AnyConnection, statement: String) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(statement)).await.map(drop)
}
