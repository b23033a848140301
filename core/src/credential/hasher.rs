//! PINs and passwords are hashed: argon2id with OWASP's parameters and a pepper, a few at a time.
//!
//! A hash takes 19 MiB and some ten milliseconds of a core. As many run as there are cores, some more wait, and whoever comes past that is told to
//! come again: memory stays flat however many knock.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::Keys;

/// Memory in KiB, passes and lanes: OWASP's second choice for argon2id (Password Storage Cheat Sheet).
pub const PARAMS: (u32, u32, u32) = (19_456, 2, 1);
/// Hashes that wait for each that runs: a second or two of waiting.
const WAITING: usize = 64;

/// Too many wait already: come again in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many sign in at this moment: try again in {after_seconds} s")]
pub struct Busy {
    /// Seconds to wait.
    pub after_seconds: u32,
}

/// How many hash at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Hashes that run.
    pub running: usize,
    /// Those that wait for one that runs.
    pub waiting: usize,
}

/// Hashes secrets. Cheap to clone; clones share what may run at once.
#[derive(Clone)]
pub struct Hasher {
    shared: Arc<Shared>,
}

struct Shared {
    keys: Keys,
    cores: usize,
    running: Arc<Semaphore>,
    inside: AtomicUsize,
    most: usize,
    /// A hash that no secret has: who has no account is hashed against it, so that it takes as long as for who has one.
    nobody: OnceLock<String>,
}

impl Shared {
    fn nobody(&self) -> &str {
        self.nobody.get_or_init(|| hash(&self.keys, b"nobody").unwrap_or_default())
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher(…)")
    }
}

/// A place among those that run or wait; given back when it is dropped.
pub struct Place(Arc<Shared>);

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(…)")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hasher {
    /// A hasher with a pepper.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self {
            shared: Arc::new(Shared {
                nobody: OnceLock::new(),
                keys: keys.clone(),
                cores,
                running: Arc::new(Semaphore::new(cores)),
                inside: AtomicUsize::new(0),
                most: cores * (1 + WAITING),
            }),
        }
    }

    /// How many hash at this moment.
    #[must_use]
    pub fn load(&self) -> Load {
        let inside = self.shared.inside.load(Ordering::Relaxed);
        let running = self.shared.cores.saturating_sub(self.shared.running.available_permits());
        Load { running, waiting: inside.saturating_sub(running) }
    }

    /// The hash of a secret, in PHC form.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn hash(&self, secret: &[u8]) -> Result<String, Busy> {
        let secret = secret.to_vec();
        run(self.place()?, move |shared| hash(&shared.keys, &secret)).await?.ok_or(Busy { after_seconds: 1 })
    }

    /// A place among those that run or wait, for whoever has to do something between getting it and [`Hasher::verify_at`].
    ///
    /// # Errors
    /// [`Busy`].
    pub fn place(&self) -> Result<Place, Busy> {
        let place = Place(Arc::clone(&self.shared));
        if self.shared.inside.fetch_add(1, Ordering::Relaxed) >= self.shared.most {
            return Err(Busy { after_seconds: 2 });
        }
        Ok(place)
    }

    /// Whether a secret is the one of a hash; of no hash it is not, after the same time.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify(&self, secret: &[u8], against: Option<&str>) -> Result<bool, Busy> {
        self.verify_at(self.place()?, secret, against).await
    }

    /// The same at a place that was got before.
    ///
    /// # Errors
    /// [`Busy`], when the program ends.
    pub async fn verify_at(&self, place: Place, secret: &[u8], against: Option<&str>) -> Result<bool, Busy> {
        let (secret, against) = (secret.to_vec(), against.map(str::to_owned));
        run(place, move |shared| {
            let nobody = shared.nobody();
            verify(&shared.keys, &secret, against.as_deref().unwrap_or(nobody)) && against.is_some()
        })
        .await
    }
}

async fn run<T: Send + 'static>(place: Place, work: impl FnOnce(&Shared) -> T + Send + 'static) -> Result<T, Busy> {
    let busy = |()| Busy { after_seconds: 2 };
    let turn = Arc::clone(&place.0.running).acquire_owned().await.map_err(|_| busy(()))?;
    // The work goes on when whoever asked hangs up, so it keeps its turn and its place until it has ended.
    let work = move || {
        let done = work(&place.0);
        drop((turn, place));
        done
    };
    spawn_blocking(work).await.map_err(|_| busy(()))
}

fn argon2(keys: &Keys) -> Option<Argon2<'_>> {
    let (memory, passes, lanes) = PARAMS;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    Argon2::new_with_secret(keys.pepper(), Algorithm::Argon2id, Version::V0x13, params).ok()
}

fn hash(keys: &Keys, secret: &[u8]) -> Option<String> {
    Some(argon2(keys)?.hash_password(secret).ok()?.to_string())
}

fn verify(keys: &Keys, secret: &[u8], against: &str) -> bool {
    let (Some(argon2), Ok(against)) = (argon2(keys), PasswordHash::new(against)) else { return false };
    argon2.verify_password(secret, &against).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pin_is_the_one_of_its_hash_under_its_pepper_only() {
        let (one, other) = (Hasher::new(&Keys::new([1; 32], [0; 32])), Hasher::new(&Keys::new([2; 32], [0; 32])));
        let (pin, wrong) = (b"482057", b"482058");
        let hash = one.hash(pin).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, one.hash(pin).await.unwrap(), "each has a salt of its own");
        assert_eq!(one.verify(pin, Some(&hash)).await, Ok(true));
        assert_eq!(one.verify(wrong, Some(&hash)).await, Ok(false));
        assert_eq!(other.verify(pin, Some(&hash)).await, Ok(false));
        assert_eq!(one.verify(pin, None).await, Ok(false));
        assert_eq!(one.verify(pin, Some("no hash")).await, Ok(false));
    }

    #[tokio::test]
    async fn whoever_comes_past_the_limit_is_told_to_come_again_and_the_place_is_free_later() {
        let hasher = Hasher::new(&Keys::new([1; 32], [0; 32]));
        let pin = b"482057";
        hasher.shared.inside.fetch_add(hasher.shared.most, Ordering::Relaxed);
        assert_eq!(hasher.verify(pin, None).await, Err(Busy { after_seconds: 2 }));
        hasher.shared.inside.fetch_sub(hasher.shared.most, Ordering::Relaxed);
        assert_eq!(hasher.verify(pin, None).await, Ok(false));
        assert_eq!(hasher.shared.inside.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_hash_keeps_its_place_when_whoever_asked_hangs_up() {
        let hasher = Hasher::new(&Keys::new([1; 32], [0; 32]));
        let pin = b"482057";
        {
            let mut asked = Box::pin(hasher.verify(pin, None));
            assert!(futures_util::poll!(asked.as_mut()).is_pending());
        }
        assert_eq!(hasher.shared.inside.load(Ordering::Relaxed), 1, "it is hashed on");
        while hasher.shared.inside.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}
