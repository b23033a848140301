//! How often one address may ask what anybody may ask: for codes, which cost money, and for a way in, which costs a hash.
//!
//! A mobile network has thousands behind one address, and so has an internet café for an afternoon: what is right for one number is counted by number, in the
//! database. This only keeps one address from taking everything, and is counted by each process for itself.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};

use crate::{Backend, client, problem::Problem};

/// How often one address may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// For codes, in an hour; a quarter of them at once.
    pub codes_an_hour: NonZeroU32,
    /// To register, sign in, go on with a session or choose a new PIN, in a minute; staff too.
    pub attempts_a_minute: NonZeroU32,
}

impl Default for Guard {
    fn default() -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX);
        Self { codes_an_hour: number(120), attempts_a_minute: number(60) }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A code.
    Code,
    /// A way in.
    Entry,
}

/// What each address has asked lately.
///
/// Addresses are counted in 65,536 places, and nobody can tell which two share one. So however many addresses ask, memory is bounded.
#[derive(Debug)]
pub struct Pace {
    places: RandomState,
    codes: DefaultKeyedRateLimiter<u16>,
    entries: DefaultKeyedRateLimiter<u16>,
}

impl Pace {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(guard: Guard) -> Self {
        Self {
            places: RandomState::new(),
            // So many at once; then one whenever its part of the time has gone by. Nobody behind one address asks for many codes at once.
            codes: RateLimiter::keyed(Quota::per_hour(guard.codes_an_hour).allow_burst(at_once(guard.codes_an_hour))),
            entries: RateLimiter::keyed(Quota::per_minute(guard.attempts_a_minute)),
        }
    }

    /// Counts one more of an address.
    ///
    /// # Errors
    /// It has asked too often: in so many seconds it may ask again.
    pub fn one_more(&self, asked: Asked, address: IpAddr) -> Result<(), u32> {
        let [low, high, ..] = self.places.hash_one(client::counted(address)).to_le_bytes();
        let limiter = match asked {
            Asked::Code => &self.codes,
            Asked::Entry => &self.entries,
        };
        limiter.check_key(&u16::from_le_bytes([low, high])).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(limiter.clock().now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }
}

/// How many of the codes of an hour may be asked for at once.
fn at_once(codes_an_hour: NonZeroU32) -> NonZeroU32 {
    NonZeroU32::new(codes_an_hour.get() / 4).unwrap_or(NonZeroU32::MIN)
}

/// Lets a request through unless its address has asked too often.
pub async fn admit(State((backend, asked)): State<(Backend, Asked)>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let config = backend.config();
    // What came over no connection is the desktop's own.
    let paced = client::of(&parts, &config.trusted_proxies, config.public_url.is_some())
        .map_or(Ok(()), |address| backend.pace().one_more(asked, address));
    match paced {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(seconds) => {
            let detail = format!("Too much was asked from this address: try again in {seconds} s.");
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "request.too_many", detail);
            problem.after(seconds).into_response()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_when_it_may_ask_again_and_keeps_nobody_else_out() {
        let number = |number| NonZeroU32::new(number).unwrap();
        let pace = Pace::new(Guard { codes_an_hour: number(8), attempts_a_minute: number(3) });
        let ask = |asked, address: &str| pace.one_more(asked, address.parse().unwrap());
        for _ in 0..2 {
            assert_eq!(ask(Asked::Code, "203.0.113.9"), Ok(()));
        }
        let wait = ask(Asked::Code, "203.0.113.9").unwrap_err();
        assert!((440..=451).contains(&wait), "an eighth of an hour for one of eight in an hour, not {wait} s");
        for _ in 0..3 {
            assert_eq!(ask(Asked::Entry, "203.0.113.9"), Ok(()), "the one is not counted as the other");
        }
        assert!(ask(Asked::Entry, "203.0.113.9").is_err());
        // Ten others: that all of them share its place, nobody will see.
        assert!((10..20).any(|last| ask(Asked::Entry, &format!("198.51.100.{last}")).is_ok()));
        for (network, answer) in [(1, true), (2, true), (3, true), (4, false)] {
            assert_eq!(ask(Asked::Entry, &format!("2001:db8:1:20{network}::1")).is_ok(), answer, "a household of IPv6");
        }
    }

    #[test]
    fn however_many_addresses_ask_memory_is_bounded() {
        let pace = Pace::new(Guard::default());
        for one in 0..200_000_u32 {
            let _ = pace.one_more(Asked::Entry, IpAddr::from(one.to_be_bytes()));
        }
        assert!(pace.entries.len() <= 1 << 16);
    }
}
