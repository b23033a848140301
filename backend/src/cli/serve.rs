//! `satu serve`: the API and the UI on a socket of this machine.

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Failure, Outcome, output};
use crate::{Backend, config, metrics};

/// How long requests that are under way have to end when the program does.
const UNDER_WAY: Duration = Duration::from_secs(30);

/// Serves the API and the UI.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The address; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Print one-time codes to the log instead of sending them. Whoever reads the log can sign in as anybody: never with real candidates.
    #[arg(long, env = config::DEVELOPMENT)]
    pub(super) development: bool,
}

impl Serve {
    pub(super) async fn run(self, backend: &Backend) -> Outcome {
        let public = backend.config().public_url.is_some();
        if !public && !self.listen.ip().is_loopback() {
            return Err(Failure::Usage(format!(
                "--listen {}: without an address of its own (server.public_url) it is served on this machine only (127.0.0.1 or [::1])",
                self.listen
            )));
        }
        if public && self.development {
            return Err(Failure::Usage(
                "--development prints one-time codes to the log: never where a team is served (server.public_url)"
                    .to_owned(),
            ));
        }
        if public && !backend.team().exists().await? {
            return Err(Failure::Usage(
                "server.public_url is set, and nobody could sign in: add the first administrator with satu staff add NAME"
                    .to_owned(),
            ));
        }
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::Said(format!("cannot listen on {}: {error}; choose another --listen", self.listen))
        })?;
        let metrics = match backend.config().metrics_listen {
            Some(address) => Some(metrics_socket(address).await?),
            None => None,
        };
        // Whoever reads this line finds everything listening.
        output::line(format!("http://{}", listener.local_addr()?))?;
        if self.development {
            tracing::warn!("development: one-time codes are printed to this log, and sent to nobody");
        }
        if let Some(listener) = metrics {
            tokio::spawn(axum::serve(listener, metrics::router(backend.clone())).into_future());
        }
        let ends = CancellationToken::new();
        let service = backend.router().into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service).with_graceful_shutdown(ends.clone().cancelled_owned());
        let serving = tokio::spawn(serving.into_future());
        // From here on it hears that it is to stop: nothing is handed over before, and left in hand.
        backend.keep();
        asked_to_stop().await;
        backend.stop();
        let drain = backend.config().drain;
        if !drain.is_zero() {
            tracing::info!(seconds = drain.as_secs(), "about to end: a proxy hears that by /readyz");
            // Whoever says it twice does not want to wait.
            tokio::select! {
                () = tokio::time::sleep(drain) => {}
                () = asked_to_stop() => {}
            }
        }
        ends.cancel();
        if tokio::time::timeout(UNDER_WAY, serving).await.is_err() {
            tracing::warn!(seconds = UNDER_WAY.as_secs(), "requests that were under way did not end in time");
        }
        backend.close().await;
        Ok(())
    }
}

/// The socket of the metrics.
async fn metrics_socket(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::Said(format!("cannot listen on {address}: {error}; choose another server.metrics_listen"))
    })?;
    tracing::info!("metrics: http://{}/metrics", listener.local_addr()?);
    Ok(listener)
}

/// Ends when the process is told to stop.
pub(super) async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let Ok(mut terminated) = terminated else {
            drop(interrupted.await);
            return;
        };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
