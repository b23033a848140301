//! What is still a question among pairs that a search found, by what people have answered since.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use super::{Duplicate, Suspicion, links::apart_in, questions};
use crate::{
    id::ApplicationId,
    store::{self, Store},
};

/// What people have said of two applications, as it stands.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Whom others were merged into.
    shown_by: HashMap<ApplicationId, ApplicationId>,
    /// Pairs that are told apart, the smaller id first.
    apart: HashSet<(ApplicationId, ApplicationId)>,
}

/// A question about two people or more who hang together: are these all one person?
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Who, in the order of their ids.
    pub people: Vec<ApplicationId>,
    /// The pairs that hold them together, the likeliest first: places among the pairs that were given.
    pub pairs: Vec<usize>,
    /// The likeliest pair's score.
    pub score: f64,
}

/// What people have said so far.
///
/// # Errors
/// The store fails.
pub async fn answers(store: &Store) -> store::Result<Answers> {
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let merged = store::merged::all(connection).await?;
    let shown_by = merged.into_iter().map(|(id, into)| (ApplicationId(id), ApplicationId(into))).collect();
    Ok(Answers { shown_by, apart: apart_in(connection).await? })
}

impl Answers {
    /// The application that shows one.
    #[must_use]
    pub fn shown(&self, id: ApplicationId) -> ApplicationId {
        self.shown_by.get(&id).copied().unwrap_or(id)
    }

    /// The questions that pairs make which nobody has answered, those with the likeliest pair first. Who was merged stands there as the one who shows her.
    #[must_use]
    pub fn clusters(&self, pairs: &[Duplicate]) -> Vec<Cluster> {
        let mut numbers: HashMap<ApplicationId, u32> = HashMap::new();
        let mut ids = Vec::new();
        let mut number = |id: ApplicationId| {
            *numbers.entry(id).or_insert_with(|| {
                ids.push(id);
                u32::try_from(ids.len() - 1).unwrap_or(u32::MAX)
            })
        };
        let mut open = Vec::new();
        let mut places: HashMap<(u32, u32), usize> = HashMap::new();
        for (place, pair) in pairs.iter().enumerate() {
            let (one, other) = (self.shown(pair.a.application), self.shown(pair.b.application));
            let (one, other) = (one.min(other), one.max(other));
            if one == other || self.apart.contains(&(one, other)) {
                continue;
            }
            let (a, b) = (number(one), number(other));
            // Two pairs that merges made one: the likelier stands first.
            if let Entry::Vacant(free) = places.entry((a, b)) {
                free.insert(place);
                open.push(Suspicion { a, b, score: pair.score });
            }
        }
        let person = |number: &u32| ids.get(*number as usize).copied();
        questions(&open)
            .into_iter()
            .map(|question| {
                let mut people: Vec<ApplicationId> = question.people.iter().filter_map(person).collect();
                people.sort_unstable();
                let score = question.pairs.first().map_or(0.0, |pair| pair.score);
                let pairs = question.pairs.iter().filter_map(|pair| places.get(&(pair.a, pair.b)).copied()).collect();
                Cluster { people, pairs, score }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::Applied;

    /// Pairs of people who are named by numbers, the earlier first.
    fn pairs(of: &[(u128, u128)]) -> Vec<Duplicate> {
        let applied = |id: u128| Applied {
            application: person(id),
            portal: "glints".into(),
            source_ref: None,
            full_name: format!("Siti {id}"),
        };
        of.iter().map(|(a, b)| Duplicate { a: applied(*a), b: applied(*b), score: 0.9, evidence: Vec::new() }).collect()
    }

    fn person(id: u128) -> ApplicationId {
        ApplicationId(uuid::Uuid::from_u128(id))
    }

    fn asked(answers: &Answers, of: &[(u128, u128)]) -> Vec<Vec<ApplicationId>> {
        answers.clusters(&pairs(of)).into_iter().map(|one| one.people).collect()
    }

    #[test]
    fn who_hangs_together_is_one_question_until_it_is_answered() {
        let [one, two, three] = [1, 2, 3].map(person);
        let of = [(1, 2), (2, 3)];
        assert_eq!(asked(&Answers::default(), &of), [vec![one, two, three]]);
        let merged = Answers { shown_by: HashMap::from([(two, one)]), ..Answers::default() };
        assert_eq!(asked(&merged, &of), [vec![one, three]], "the one who shows her is asked about");
        let apart = Answers { apart: HashSet::from([(one, two)]), ..Answers::default() };
        assert_eq!(asked(&apart, &of), [vec![two, three]]);
        let both = Answers { apart: HashSet::from([(one, three)]), ..merged };
        assert!(asked(&both, &of).is_empty());
    }

    #[test]
    fn of_two_pairs_that_a_merge_made_one_the_likelier_stays() {
        let answers = Answers { shown_by: HashMap::from([(person(2), person(1))]), ..Answers::default() };
        let clusters = answers.clusters(&pairs(&[(1, 3), (2, 3)]));
        assert_eq!(clusters.iter().map(|one| one.pairs.clone()).collect::<Vec<_>>(), [vec![0]]);
    }
}
