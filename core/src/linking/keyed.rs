//! Whom a phone number and an address key: the first question of a registration.

use crate::{
    id::ApplicationId,
    identity::IdentifierKind,
    store::{self, Store},
};

/// What an identifier keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// One application.
    Application(ApplicationId),
    /// Nobody: a family shares it.
    Shared,
}

/// What a phone number and an address key; none where nobody has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keyed {
    /// By the phone number.
    pub phone: Option<Key>,
    /// By the address.
    pub email: Option<Key>,
}

/// Finds whom a phone number (E.164) and an email address in its normal form key: one row each of `identifier_claim`, by its primary key.
///
/// # Errors
/// The store fails.
pub async fn keyed(store: &Store, phone: Option<&str>, email: Option<&str>) -> store::Result<Keyed> {
    let asked = [(IdentifierKind::Phone, phone), (IdentifierKind::Email, email)];
    let asked: Vec<_> = asked.into_iter().filter_map(|(kind, value)| Some((kind, value?))).collect();
    let found = store::identifiers::keyed(&mut store.read().await?.connection(), &asked).await?;
    let key = |wanted: IdentifierKind| {
        let (_, holder) = found.iter().find(|(kind, _)| kind == wanted.as_str())?;
        Some(holder.map_or(Key::Shared, |id| Key::Application(ApplicationId(id))))
    };
    Ok(Keyed { phone: key(IdentifierKind::Phone), email: key(IdentifierKind::Email) })
}
