//! Pairs that people told apart, among those whom rows lead to: what was answered is not asked again.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::plan::{Candidate, Who};
use crate::{
    id::ApplicationId,
    store::{self, connection::Connection},
};

/// Who is told apart from whom.
#[derive(Debug, Default)]
pub(super) struct Apart {
    others: HashMap<Uuid, HashSet<Uuid>>,
}

impl Apart {
    /// Asks the store from whom these applications are told apart, or what was merged into them.
    pub(super) async fn of(connection: &mut Connection<'_>, people: Vec<Uuid>) -> store::Result<Self> {
        let mut found = Self::default();
        let merged = store::merged::merged_into(connection, &people).await?;
        let all: Vec<Uuid> = people.iter().chain(merged.keys()).copied().collect();
        for (one, other, _) in store::links::apart(connection, Some(&all)).await? {
            found.others.entry(one).or_default().insert(other);
            found.others.entry(other).or_default().insert(one);
        }
        Ok(found)
    }

    /// Whether two are told apart.
    pub(super) fn are(&self, one: Uuid, other: Uuid) -> bool {
        self.others.get(&one).is_some_and(|others| others.contains(&other))
    }

    /// Candidates without those of another name than the row's that are told apart from one of its name: it is the latter, if any of the two.
    pub(super) fn settled(&self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        if self.others.is_empty() {
            return candidates;
        }
        let id = |one: &Candidate| match one.who {
            Who::Application(ApplicationId(id)) | Who::Row(_, Some(ApplicationId(id))) => Some(id),
            Who::Row(_, None) => None,
        };
        let hers: HashSet<Uuid> = candidates.iter().filter(|one| !one.is_another()).filter_map(id).collect();
        let answered = |one: &Candidate| {
            let others = id(one).and_then(|id| self.others.get(&id));
            one.is_another() && others.is_some_and(|others| !others.is_disjoint(&hers))
        };
        candidates.into_iter().filter(|one| !answered(one)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{identity::PersonName, import::plan::Standing, linking::Likeness};

    fn candidate(id: Uuid, her_name: &str, the_rows: &str) -> Candidate {
        let (hers, the_rows) = (PersonName::parse(her_name).unwrap(), PersonName::parse(the_rows).unwrap());
        let likeness = Some(Likeness::of(&the_rows, None, &hers, None));
        let who = Who::Application(ApplicationId(id));
        let (by_phone, by_address, by_source, by_barred) = (true, false, false, false);
        Candidate { who, by_phone, by_address, by_source, by_barred, likeness, standing: Standing::Open }
    }

    #[test]
    fn who_has_another_name_and_was_told_apart_from_one_of_the_rows_name_is_no_candidate() {
        let [siti, rina, dewi] = [0; 3].map(|_| Uuid::now_v7());
        let others = HashMap::from([(siti, HashSet::from([rina])), (rina, HashSet::from([siti]))]);
        let apart = Apart { others };
        let who = |left: Vec<Candidate>| left.into_iter().map(|one| one.who).collect::<Vec<_>>();
        let of = |id: Uuid| Who::Application(ApplicationId(id));
        let both = vec![candidate(siti, "Siti", "Rina"), candidate(rina, "Rina", "Rina")];
        assert_eq!(who(apart.settled(both.clone())), [of(rina)]);
        assert_eq!(who(Apart::default().settled(both)), [of(siti), of(rina)], "nobody said anything");
        let twins = vec![candidate(siti, "Siti Rina", "Rina"), candidate(rina, "Rina", "Rina")];
        assert_eq!(who(apart.settled(twins)), [of(siti), of(rina)], "a row that may be either is a question");
        let stranger = vec![candidate(siti, "Siti", "Rina"), candidate(dewi, "Rina", "Rina")];
        assert_eq!(who(apart.settled(stranger)), [of(siti), of(dewi)]);
    }
}
