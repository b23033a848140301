//! One-time codes are sent, checked and used up. Every check is counted in a transaction of its own; a code is used up in that of what it is for.

use super::{
    AccountError, Accounts, Done,
    code::{Given, MOST_CHECKS, Sendings, Sent, block, check, day},
};
use crate::{
    credential::{
        Keys, LAST,
        attempts::{self, seconds},
        random,
    },
    id::RequestId,
    identity::IdentifierKind,
    store::{self, budget::Spending, codes::CodeRow, connection::Connection, whole::whole},
    words::words,
};

words! {
    /// What a code is good for, and for nothing else.
    Purpose {
        /// To register.
        Register = "register",
        /// To choose a new PIN.
        Pin = "pin",
        /// To sign in on a new device.
        Device = "device",
        /// To show that an address is hers.
        Email = "email",
    }
}

/// Where a code goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct To<'a> {
    /// A number or an address.
    pub kind: IdentifierKind,
    /// In its normal form.
    pub value: &'a str,
}

impl<'a> To<'a> {
    /// A number, in E.164.
    #[must_use]
    pub const fn phone(value: &'a str) -> Self {
        Self { kind: IdentifierKind::Phone, value }
    }

    /// An address in its normal form.
    #[must_use]
    pub const fn email(value: &'a str) -> Self {
        Self { kind: IdentifierKind::Email, value }
    }
}

/// A code, about to be sent. The digits are for the message alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// Who asked for the code holds this, and shows it with the digits.
    pub request: RequestId,
    /// Six digits.
    pub digits: String,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code").field("request", &self.request).finish_non_exhaustive()
    }
}

/// A code that somebody shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Presented<'a> {
    pub(super) to: To<'a>,
    pub(super) purpose: Purpose,
    pub(super) request: RequestId,
    pub(super) digits: &'a str,
}

impl Accounts {
    /// Makes a code to be sent to a number or an address. The one before is void from then on.
    ///
    /// # Errors
    /// [`AccountError::TooManyCodes`], [`AccountError::NoBudget`]; the store fails.
    pub async fn code(&self, to: To<'_>, purpose: Purpose) -> Done<Code> {
        let code = Code { request: RequestId::mint(), digits: digits()? };
        let now = self.store.clock().micros();
        let hash = hash(&self.keys, to, purpose, code.request, &code.digits);
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            // First: whoever else spends waits here, and not while both hold something of the other's.
            self.spend_budget(connection, to, now).await?;
            let before = store::codes::held(connection, to.kind, to.value).await?;
            if before.as_ref().is_some_and(|row| row.request == code.request.0) {
                return Ok(()); // An earlier run of this step was kept, though its answer was lost: what this one spent is given back.
            }
            let sendings = before.map_or_else(Sendings::default, |row| Sendings {
                since: row.window_since,
                count: u32::try_from(row.window_count).unwrap_or(u32::MAX),
            });
            let sendings =
                sendings.one_more(now).map_err(|wait| AccountError::TooManyCodes { after_seconds: seconds(wait) })?;
            let row = CodeRow {
                purpose: purpose.as_str().to_owned(),
                request: code.request.0,
                hash: hash.to_vec(),
                sent_at: now,
                checks: 0,
                spent_at: None,
                window_since: sendings.since,
                window_count: i64::from(sendings.count),
            };
            store::codes::put(connection, to.kind, to.value, &row).await?;
            Ok::<_, AccountError>(tx.commit().await?)
        })
        .await?;
        Ok(code)
    }

    /// Spends one of the codes of the day; with a transaction that is not kept nothing is spent.
    async fn spend_budget(&self, connection: &mut Connection<'_>, to: To<'_>, now: i64) -> Done<()> {
        let (today, left) = day(now);
        let over = |of_the_block| AccountError::NoBudget { of_the_block, after_seconds: seconds(left) };
        match store::budget::spend(connection, today, to.kind.as_str(), self.policy.codes_a_day).await? {
            Spending::Over => return Err(over(false)),
            Spending::First => store::budget::forget_before(connection, today).await?,
            Spending::Another => {}
        }
        if to.kind == IdentifierKind::Phone {
            let most = self.policy.codes_a_day_to_a_block;
            if store::budget::spend(connection, today, block(to.value), most).await? == Spending::Over {
                return Err(over(true));
            }
        }
        Ok(())
    }

    /// Looks at a code that somebody shows, and counts that, whatever follows. One that was used is none.
    pub(super) async fn check(&self, shown: Presented<'_>) -> Done<()> {
        if self.look(shown).await? { Ok(()) } else { Err(AccountError::NoCode) }
    }

    /// The same, and false for one that is right and was used already.
    pub(super) async fn look(&self, shown: Presented<'_>) -> Done<bool> {
        let Presented { to, purpose, request, digits } = shown;
        // Wrong codes are counted on over every code that is sent after, and lock the number for longer and longer.
        let tries = codes_tried(&self.keys, to.kind, to.value);
        let now = self.store.clock().micros();
        let hash = hash(&self.keys, to, purpose, request, digits);
        let given = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let found = store::codes::held(connection, to.kind, to.value).await?;
            let of_this = |row: &CodeRow| row.request == request.0 && row.purpose == purpose.as_str();
            // Who shows what answers no sending guesses nothing, and locks nobody out.
            let Some(row) = found.filter(of_this) else { return Ok(Given::Void) };
            attempts::count(connection, self.store.clock(), &tries, LAST - 1).await?;
            let sent = Sent {
                hash: row.hash.as_slice().try_into().unwrap_or_default(),
                at: row.sent_at,
                checks: u32::try_from(row.checks).unwrap_or(MOST_CHECKS),
                spent: row.spent_at.is_some(),
            };
            let given = check(Some(&sent), &hash, now);
            // Of two who look at once only one is counted here: the other one looks again.
            let counts = matches!(given, Given::Right | Given::Wrong { .. });
            if counts && !store::codes::count(connection, to.kind, to.value, &row).await? {
                return Err(AccountError::Store(store::StoreError::Contended("a code was checked".to_owned())));
            }
            if matches!(given, Given::Right | Given::Used) {
                store::attempts::set(connection, &tries, 0, 0).await?;
            }
            tx.commit().await?;
            Ok(given)
        })
        .await?;
        match given {
            Given::Right => Ok(true),
            Given::Used => Ok(false),
            Given::Wrong { left } => Err(AccountError::WrongCode { left }),
            Given::Void => Err(AccountError::NoCode),
        }
    }

    /// Uses up what was shown and right, whatever follows: codes, and the invitation of a hash.
    pub(super) async fn use_up(&self, codes: &[Presented<'_>], invitation: Option<[u8; 32]>) -> Done<()> {
        if codes.is_empty() && invitation.is_none() {
            return Ok(());
        }
        let now = self.store.clock().micros();
        whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            for code in codes {
                spend(connection, *code, now).await?;
            }
            if let Some(invitation) = &invitation {
                store::invitations::spend(connection, invitation, now).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// Uses up a code that was right; false where it was used up meanwhile, or another one was sent.
pub(super) async fn spend(connection: &mut Connection<'_>, shown: Presented<'_>, now: i64) -> store::Result<bool> {
    let Presented { to, purpose, request, .. } = shown;
    store::codes::spend(connection, to.kind, to.value, (purpose.as_str(), request.0), now).await
}

/// What wrong codes of a number or an address are counted by.
pub(crate) fn codes_tried(keys: &Keys, kind: IdentifierKind, value: &str) -> [u8; 32] {
    keys.hash("codes", &[kind.as_str().as_bytes(), value.as_bytes()])
}

fn hash(keys: &Keys, to: To<'_>, purpose: Purpose, RequestId(request): RequestId, digits: &str) -> [u8; 32] {
    let parts: [&[u8]; 5] = [
        to.kind.as_str().as_bytes(),
        to.value.as_bytes(),
        purpose.as_str().as_bytes(),
        request.as_bytes(),
        digits.as_bytes(),
    ];
    keys.hash("code", &parts)
}

/// Six digits, each code as likely as any other.
fn digits() -> Done<String> {
    const CODES: u32 = 1_000_000;
    loop {
        let number = u32::from_be_bytes(random()?);
        if number < u32::MAX / CODES * CODES {
            return Ok(format!("{:06}", number % CODES));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_is_six_digits_that_nobody_foresees() {
        let codes: HashSet<String> = (0..200).map(|_| digits().unwrap()).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())));
        assert!(codes.len() > 190, "{} of 200 differ", codes.len());
    }

    #[test]
    fn a_code_is_bound_to_where_it_went_and_what_it_is_for() {
        let keys = Keys::new([1; 32], [2; 32]);
        let request = RequestId::mint();
        let to = To::phone("+6281234567801");
        let one = hash(&keys, to, Purpose::Register, request, "123456");
        assert_ne!(one, hash(&keys, To::email("+6281234567801"), Purpose::Register, request, "123456"));
        assert_ne!(one, hash(&keys, to, Purpose::Pin, request, "123456"));
        assert_ne!(one, hash(&keys, to, Purpose::Register, RequestId::mint(), "123456"));
        assert_ne!(one, hash(&keys, to, Purpose::Register, request, "123457"));
        let code = Code { request, digits: "123456".to_owned() };
        assert!(!format!("{code:?}").contains("123456"));
    }
}
