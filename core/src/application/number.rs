//! Which of her numbers somebody is written to.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    identity::Phone,
    store::{self, connection::Connection},
};

/// The numbers that are hers whom these applications show: what keys one of them, or one that was merged into it (`merged`: who into whom). Those of the one that
/// shows her come first.
pub(crate) async fn own_numbers(
    connection: &mut Connection<'_>,
    shown: &[Uuid],
    merged: &HashMap<Uuid, Uuid>,
) -> store::Result<HashMap<Uuid, Vec<String>>> {
    let all: Vec<Uuid> = shown.iter().chain(merged.keys()).copied().collect();
    let mut found = store::recipients::own_phones(connection, &all).await?;
    found.sort_by(|(one, a), (other, b)| (merged.contains_key(one), a).cmp(&(merged.contains_key(other), b)));
    let mut own: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (id, phone) in found {
        own.entry(merged.get(&id).copied().unwrap_or(id)).or_default().push(phone);
    }
    Ok(own)
}

/// The number that she is written to: the one that stands in her application, where it is hers and a mobile one; or else the first of her own that is. Where there
/// is none: the one that stands there, which tells why she is not.
pub(crate) fn written_to<'a>(stands: Option<&'a str>, own: &'a [String]) -> Option<&'a str> {
    let is_mobile = |phone: &&str| Phone::parse(phone).is_some_and(|phone| phone.is_mobile());
    let mut mobiles = own.iter().map(String::as_str).filter(is_mobile);
    let first = mobiles.clone().next();
    mobiles.find(|phone| stands == Some(*phone)).or(first).or(stands)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const A: &str = "+6281234567801";
    const B: &str = "+6281234567802";
    const FIXED: &str = "+62217654321";
    const ABROAD: &str = "+6591234567";

    #[rstest]
    #[case::the_one_that_stands_there(Some(B), &[A, B], Some(B))]
    #[case::none_stands_there(None, &[A, B], Some(A))]
    #[case::that_one_is_a_familys(Some(B), &[A], Some(A))]
    #[case::that_one_is_a_fixed_line(Some(FIXED), &[FIXED, A], Some(A))]
    #[case::that_one_is_from_abroad(Some(ABROAD), &[ABROAD, B], Some(B))]
    #[case::she_has_a_fixed_line_alone(Some(FIXED), &[FIXED], Some(FIXED))]
    #[case::a_fixed_line_does_not_stand_there_either(None, &[FIXED], None)]
    #[case::none_is_hers(Some(A), &[], Some(A))]
    #[case::she_has_none(None, &[], None)]
    fn she_is_written_to(#[case] stands: Option<&str>, #[case] own: &[&str], #[case] expected: Option<&str>) {
        let own: Vec<String> = own.iter().map(|one| (*one).to_owned()).collect();
        assert_eq!(written_to(stands, &own), expected);
    }
}
