//! Whom a phone number and an address key: the first question of a registration.

use crate::{
    id::ApplicationId,
    identity::IdentifierKind,
    store::{self, Store, connection::Connection},
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
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    Ok(Keyed {
        phone: key(connection, IdentifierKind::Phone, phone).await?,
        email: key(connection, IdentifierKind::Email, email).await?,
    })
}

async fn key(connection: &mut Connection<'_>, kind: IdentifierKind, value: Option<&str>) -> store::Result<Option<Key>> {
    let Some(value) = value else { return Ok(None) };
    let found = store::identifiers::holders(connection, kind, &[value]).await?;
    Ok(found.first().map(|(_, holder)| holder.map_or(Key::Shared, |id| Key::Application(ApplicationId(id)))))
}
