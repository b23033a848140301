//! The token of whoever has signed in, kept in the system's keyring: the next start goes on where she left. The page never holds it.
//!
//! Each place has one: a server's is shown to that server only. Where the system has no keyring, it is forgotten when the window closes.

use keyring::{Entry, Error};

/// What the keyring lists it under.
const SERVICE: &str = "Satu";

/// The token that was kept for a place.
pub async fn kept(place: &str) -> Option<String> {
    let kept = in_keyring(place, |entry| match entry.get_password() {
        Ok(token) => Ok(Some(token)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    });
    kept.await.flatten()
}

/// Keeps a token for a place; none: forgets it.
pub async fn keep(place: &str, token: Option<String>) {
    in_keyring(place, move |entry| match &token {
        Some(token) => entry.set_password(token),
        None => match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        },
    })
    .await;
}

/// Asks the keyring, which may ask the user first: on a thread where waiting is in nobody's way.
async fn in_keyring<T: Send + 'static>(
    place: &str,
    ask: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
) -> Option<T> {
    let place = place.to_owned();
    let asked = tokio::task::spawn_blocking(move || Entry::new(SERVICE, &place).and_then(|entry| ask(&entry))).await;
    match asked {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            // Why there is none, where there is none.
            let error = Entry::store_status().as_ref().err().unwrap_or(&error);
            tracing::warn!(%error, "the system's keyring cannot be used: whoever signs in does so again at the next start");
            None
        }
        Err(error) => {
            tracing::warn!(%error, "the system's keyring broke off");
            None
        }
    }
}
