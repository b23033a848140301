//! The identifiers of a row: which it has, and which of them may key a person.

use crate::{
    application::{ApplicantRow, ProblemCode},
    identity::IdentifierKind,
};

/// One identifier of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contact<'a> {
    pub(crate) kind: IdentifierKind,
    /// The normal form.
    pub(crate) value: &'a str,
    /// The cell's part that it was read from.
    pub(crate) raw: &'a str,
    /// Whether it may key a person.
    pub(crate) usable: bool,
    /// Whether it could, were it not shared by a family.
    pub(crate) shared: bool,
}

impl Contact<'_> {
    /// Whether it tells who somebody is: by a key, or as one of a family.
    pub(crate) fn tells(&self) -> bool {
        self.usable || self.shared
    }
}

/// Every identifier of a row that has a normal form, phones first, none twice.
pub(crate) fn contacts(row: &ApplicantRow) -> Vec<Contact<'_>> {
    let phones = row.phones.iter().filter_map(|one| {
        let value = one.value.as_deref()?;
        Some(Contact {
            kind: IdentifierKind::Phone,
            value,
            raw: &one.raw,
            usable: one.usable,
            shared: is_shared(one.problem),
        })
    });
    let emails = row.emails.iter().filter_map(|one| {
        let value = one.value.as_deref()?;
        Some(Contact {
            kind: IdentifierKind::Email,
            value,
            raw: &one.raw,
            usable: one.usable,
            shared: is_shared(one.problem),
        })
    });
    let mut all: Vec<Contact<'_>> = Vec::with_capacity(row.phones.len() + row.emails.len());
    for contact in phones.chain(emails) {
        if !all.iter().any(|known| (known.kind, known.value) == (contact.kind, contact.value)) {
            all.push(contact);
        }
    }
    all
}

fn is_shared(problem: Option<ProblemCode>) -> bool {
    problem == Some(ProblemCode::Shared)
}
