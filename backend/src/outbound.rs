//! Requests to other servers: to providers of messages, and from a desktop to the server of its team.

use reqwest::{ClientBuilder, redirect};

/// A client to be, with TLS by the system's certificates. It follows nobody elsewhere: what is sent on would tell another one the credential.
pub fn builder() -> ClientBuilder {
    // One of the process: whoever was first has set the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    ClientBuilder::new().user_agent(concat!("satu/", env!("CARGO_PKG_VERSION"))).redirect(redirect::Policy::none())
}
