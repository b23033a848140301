//! A throw-away Galera cluster: three nodes of MariaDB on this machine, each of which takes reads and writes, and each of which can be killed and
//! started again.

use std::{
    fs,
    path::PathBuf,
    process::{ChildStdin, Command},
    sync::Mutex,
    time::Instant,
};

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use super::servers::{PATIENCE, USER, first_statements, folder, free_ports, keep, make_mariadb, mariadb, run};

/// A cluster that runs as long as this process does.
pub struct Cluster {
    nodes: [Node; Cluster::NODES],
    /// The pipes that the keepers of the nodes read: those of killed nodes too, whose files a keeper would remove.
    alive: Mutex<Vec<ChildStdin>>,
}

/// One of its nodes.
struct Node {
    folder: PathBuf,
    /// Where clients connect.
    port: u16,
    /// Where the other nodes connect: for messages, for what they missed, and for a copy of everything.
    group: u16,
    missed: u16,
    copy: u16,
}

impl Cluster {
    /// How many nodes it has.
    pub const NODES: usize = 3;

    /// Makes its files and starts it.
    ///
    /// # Panics
    /// When a node does not start.
    #[must_use]
    pub fn start() -> Self {
        let ports: [u16; 4 * Self::NODES] = free_ports();
        let mut ports = ports.chunks_exact(4);
        let nodes = [(); Self::NODES].map(|()| {
            let Some([port, group, missed, copy]) = ports.next() else { unreachable!("four ports a node") };
            Node { folder: folder(), port: *port, group: *group, missed: *missed, copy: *copy }
        });
        let cluster = Self { nodes, alive: Mutex::default() };
        let [first, others @ ..] = &cluster.nodes;
        make_mariadb(&first.folder);
        for other in others {
            run(Command::new("cp").arg("-a").arg(first.folder.join("data")).arg(&other.folder));
        }
        let mut begin = cluster.command(0);
        begin.arg("--wsrep-new-cluster").arg(format!("--init-file={}", first_statements(&first.folder).display()));
        cluster.serve(0, begin);
        for other in 1..Self::NODES {
            cluster.serve(other, cluster.command(other));
        }
        cluster
    }

    /// Makes a database, and gives its URL through a node.
    ///
    /// # Panics
    /// When there is no such node, or it makes none.
    pub async fn database(&self, name: &str, node: usize) -> String {
        let mut connection = self.connect(node).await.expect("the node answers");
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database");
        self.url(node, name)
    }

    /// The URL of a database through a node.
    #[must_use]
    pub fn url(&self, node: usize, database: &str) -> String {
        format!("mysql://{USER}:{USER}@127.0.0.1:{}/{database}", self.nodes[node].port)
    }

    /// The URL of the same database through a node that is so many nodes away; any other URL as it is.
    #[must_use]
    pub fn elsewhere(&self, url: &str, nodes_away: usize) -> String {
        let through = |node: usize| format!("127.0.0.1:{}/", self.nodes[node % Self::NODES].port);
        let node = (0..Self::NODES).find(|node| url.contains(&through(*node)));
        node.map_or_else(|| url.to_owned(), |node| url.replace(&through(node), &through(node + nodes_away)))
    }

    /// Kills a node at once.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&self, node: usize) {
        let pid = fs::read_to_string(self.nodes[node].folder.join("pid")).expect("it runs");
        run(Command::new("kill").args(["-9", pid.trim()]));
    }

    /// Starts a node that was killed, and waits until it has what it missed.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self, node: usize) {
        self.serve(node, self.command(node));
    }

    fn command(&self, node: usize) -> Command {
        let Node { folder, port, group, missed, copy } = &self.nodes[node];
        let peers: Vec<String> = self.nodes.iter().map(|peer| format!("127.0.0.1:{}", peer.group)).collect();
        let mut serve = mariadb(folder, *port);
        serve.args(["--wsrep-on=ON", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2"]);
        serve.args(["--wsrep-provider=/usr/lib/galera/libgalera_smm.so", "--wsrep-cluster-name=satu"]);
        serve.args(["--wsrep-sst-method=rsync", "--wsrep-node-address=127.0.0.1"]);
        serve.arg(format!("--wsrep-node-name=node{node}"));
        serve.arg(format!("--wsrep-cluster-address=gcomm://{}", peers.join(",")));
        serve.arg(format!("--wsrep-sst-receive-address=127.0.0.1:{copy}"));
        serve.arg(format!(
            "--wsrep-provider-options=base_port={group};gmcast.listen_addr=tcp://127.0.0.1:{group};ist.recv_addr=127.0.0.1:{missed};\
             gcache.size=32M;evs.suspect_timeout=PT3S;evs.inactive_timeout=PT10S"
        ));
        serve
    }

    /// Starts a node and waits until it takes statements.
    fn serve(&self, node: usize, command: Command) {
        let folder = &self.nodes[node].folder;
        let pipe = keep(folder, "KILL", command);
        self.alive.lock().expect("nobody panicked").push(pipe);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let began = Instant::now();
        while !runtime.block_on(self.is_ready(node)) {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(began.elapsed() < PATIENCE, "node {node} does not answer\n{}", log());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    async fn is_ready(&self, node: usize) -> bool {
        let Ok(mut connection) = self.connect(node).await else { return false };
        let ready: sqlx::Result<String> = sqlx::query_scalar(
            "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_ready'",
        )
        .fetch_one(&mut connection)
        .await;
        ready.is_ok_and(|ready| ready == "ON")
    }

    async fn connect(&self, node: usize) -> sqlx::Result<AnyConnection> {
        sqlx::any::install_default_drivers();
        AnyConnection::connect(&self.url(node, "mysql")).await
    }
}
