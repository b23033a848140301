//! PINs and passwords are hashed: argon2id with OWASP's parameters and a pepper, a few at a time.
//!
//! A hash takes 19 MiB and some ten milliseconds of a core. As many run as there are cores, some more wait, and whoever comes past that is told to
//! come again: memory stays flat however many knock. It is used again, too: given anew by the system for each hash it would have to be cleared page by page, which
//! takes half as long as the hash.

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
};

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, PasswordHash, PasswordVerifier, Version,
    password_hash::phc::{Output, ParamsString, Salt},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{Keys, random};

/// Memory in KiB, passes and lanes: OWASP's second choice for argon2id (Password Storage Cheat Sheet).
pub const PARAMS: (u32, u32, u32) = (19_456, 2, 1);
/// Blocks of 1 KiB that one hash works in.
const BLOCKS: usize = PARAMS.0 as usize;
/// Bytes of a salt and of a hash.
const SALT: usize = 16;
const OUTPUT: usize = 32;
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
    /// What hashes have worked in that run no more: as many as ever ran at once.
    memory: Mutex<Vec<Vec<Block>>>,
    /// A hash that no secret has: who has no account is hashed against it, so that it takes as long as for who has one.
    nobody: OnceLock<String>,
}

impl Shared {
    fn nobody(&self) -> &str {
        self.nobody.get_or_init(|| self.hash(b"nobody").unwrap_or_default())
    }

    /// The hash of a secret, in PHC form.
    fn hash(&self, secret: &[u8]) -> Option<String> {
        let salt: [u8; SALT] = random().ok()?;
        let mut hashed = [0; OUTPUT];
        let argon2 = argon2(&self.keys)?;
        self.within(|memory| argon2.hash_password_into_with_memory(secret, &salt, &mut hashed, memory)).ok()?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon2.params()).ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(Output::new(&hashed).ok()?),
        };
        Some(hash.to_string())
    }

    fn verify(&self, secret: &[u8], against: &str) -> bool {
        let (Some(argon2), Ok(against)) = (argon2(&self.keys), PasswordHash::new(against)) else { return false };
        let is_ours = against.algorithm == ARGON2ID_IDENT
            && against.version == Some(Version::V0x13.into())
            && ParamsString::try_from(argon2.params()).is_ok_and(|params| params == against.params);
        match (&against.salt, &against.hash) {
            (Some(salt), Some(expected)) if is_ours && expected.len() == OUTPUT => {
                let mut hashed = [0; OUTPUT];
                let done =
                    self.within(|memory| argon2.hash_password_into_with_memory(secret, salt, &mut hashed, memory));
                // Compared in the same time wherever they differ.
                done.is_ok() && Output::new(&hashed).is_ok_and(|hashed| hashed == *expected)
            }
            // Of other parameters than those of today, or no hash of ours at all.
            _ => argon2.verify_password(secret, &against).is_ok(),
        }
    }

    /// Works in memory that another hash has worked in, or in new one where all of it is in use.
    fn within<T>(&self, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let known = self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memory = known.unwrap_or_else(|| vec![Block::new(); BLOCKS]);
        let done = work(&mut memory);
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        done
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
                memory: Mutex::default(),
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
        run(self.place()?, move |shared| shared.hash(&secret)).await?.ok_or(Busy { after_seconds: 1 })
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
            shared.verify(&secret, against.as_deref().unwrap_or(nobody)) && against.is_some()
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
    let params = Params::new(memory, passes, lanes, Some(OUTPUT)).ok()?;
    Argon2::new_with_secret(keys.pepper(), Algorithm::Argon2id, Version::V0x13, params).ok()
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher;

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
    async fn a_hash_of_other_parameters_is_looked_at_by_those() {
        let keys = Keys::new([1; 32], [0; 32]);
        let older = Params::new(64, 3, 1, Some(OUTPUT)).unwrap();
        let older = Argon2::new_with_secret(keys.pepper(), Algorithm::Argon2id, Version::V0x13, older).unwrap();
        let hash = older.hash_password(b"482057").unwrap().to_string();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=3,p=1$"), "{hash}");
        let hasher = Hasher::new(&keys);
        assert_eq!(hasher.verify(b"482057", Some(&hash)).await, Ok(true));
        assert_eq!(hasher.verify(b"482058", Some(&hash)).await, Ok(false));
    }

    #[tokio::test]
    async fn what_one_hash_has_worked_in_another_one_does() {
        let hasher = Hasher::new(&Keys::new([1; 32], [0; 32]));
        let hash = hasher.hash(b"482057").await.unwrap();
        for (pin, right) in [(b"730164", false), (b"482057", true), (b"482058", false), (b"482057", true)] {
            assert_eq!(hasher.verify(pin, Some(&hash)).await, Ok(right));
        }
        assert_eq!(hasher.shared.memory.lock().unwrap().len(), 1);
        // As the library has it by itself.
        let alone = argon2(&hasher.shared.keys).unwrap();
        assert!(alone.verify_password(b"482057", hash.as_str()).is_ok());
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
