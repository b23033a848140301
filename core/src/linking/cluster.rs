//! Pairs that hang together as one question: A is like B by phone and B like C by email, so HR is asked once, about three people.

use std::collections::HashMap;

use super::Suspicion;

/// A pair below this score holds nothing together that does not hold without it.
const FIRM: f64 = 0.95;

/// A question: are these all one person?
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Who, by number, in order; two at least.
    pub people: Vec<u32>,
    /// The pairs that hold them together, the likeliest first.
    pub pairs: Vec<Suspicion>,
    /// Of more than two people, the doubtful pairs that join groups which no likelier pairs join: to be asked about first.
    pub bridges: Vec<Suspicion>,
}

/// Makes questions of pairs, those with the likeliest pair first. Nobody is in two questions.
#[must_use]
pub fn questions(pairs: &[Suspicion]) -> Vec<Question> {
    let mut groups = Groups::of(pairs);
    let mut by_root: HashMap<usize, Vec<Suspicion>> = HashMap::new();
    for pair in pairs {
        let root = groups.root_of(pair.a);
        by_root.entry(root).or_default().push(*pair);
    }
    let mut questions: Vec<Question> = by_root.into_values().map(question).collect();
    let best = |question: &Question| question.pairs.first().map_or(0.0, |pair| pair.score);
    questions.sort_by(|one, other| best(other).total_cmp(&best(one)).then_with(|| one.people.cmp(&other.people)));
    questions
}

fn question(mut pairs: Vec<Suspicion>) -> Question {
    pairs.sort_by(|one, other| other.score.total_cmp(&one.score).then((one.a, one.b).cmp(&(other.a, other.b))));
    let mut people: Vec<u32> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    people.sort_unstable();
    people.dedup();
    let bridges = if people.len() > 2 { bridges(&pairs) } else { Vec::new() };
    Question { people, pairs, bridges }
}

/// The doubtful pairs that join what no likelier pairs join: the weak links of the strongest chain through the group.
fn bridges(pairs: &[Suspicion]) -> Vec<Suspicion> {
    let mut groups = Groups::default();
    pairs.iter().filter(|pair| groups.join(pair.a, pair.b) && pair.score < FIRM).copied().collect()
}

/// Who hangs together with whom: Tarjan's union and find.
#[derive(Default)]
struct Groups {
    place: HashMap<u32, usize>,
    parent: Vec<usize>,
}

impl Groups {
    fn of(pairs: &[Suspicion]) -> Self {
        let mut groups = Self::default();
        for pair in pairs {
            groups.join(pair.a, pair.b);
        }
        groups
    }

    /// Makes two groups one; false if they were.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root_of(a), self.root_of(b));
        if let Some(parent) = self.parent.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
        a != b
    }

    /// The one who stands for somebody's group; she herself where she was never seen.
    fn root_of(&mut self, person: u32) -> usize {
        let next = self.parent.len();
        let mut at = *self.place.entry(person).or_insert(next);
        if at == next {
            self.parent.push(next);
        }
        while let Some(parent) = self.parent.get(at).copied().filter(|parent| *parent != at) {
            let above = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(place) = self.parent.get_mut(at) {
                *place = above;
            }
            at = above;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: u32, b: u32, score: f64) -> Suspicion {
        Suspicion { a, b, score }
    }

    #[test]
    fn those_who_hang_together_are_one_question() {
        let asked = questions(&[pair(1, 2, 0.99), pair(2, 3, 0.97), pair(7, 9, 0.995)]);
        assert_eq!(asked.iter().map(|one| one.people.clone()).collect::<Vec<_>>(), [vec![7, 9], vec![1, 2, 3]]);
        assert_eq!(asked[1].pairs, [pair(1, 2, 0.99), pair(2, 3, 0.97)]);
        assert!(asked.iter().all(|one| one.bridges.is_empty()), "firm pairs are no bridges");
    }

    #[test]
    fn a_doubtful_pair_that_alone_joins_two_groups_is_told() {
        let weak = pair(2, 3, 0.6);
        let asked = questions(&[pair(1, 2, 0.99), weak, pair(3, 4, 0.99)]);
        assert_eq!((asked.len(), asked[0].people.len()), (1, 4));
        assert_eq!(asked[0].bridges, [weak]);
        let asked = questions(&[pair(1, 2, 0.99), weak, pair(1, 3, 0.99)]);
        assert!(asked[0].bridges.is_empty(), "without it they would still be one group");
    }

    #[test]
    fn a_pair_alone_is_a_question_without_a_bridge() {
        assert!(questions(&[pair(5, 6, 0.5)])[0].bridges.is_empty());
        assert!(questions(&[]).is_empty());
    }

    #[test]
    fn a_long_chain_is_one_question() {
        let chain: Vec<Suspicion> = (0..2000).map(|at| pair(at, at + 1, 0.99)).collect();
        assert_eq!(questions(&chain).iter().map(|one| one.people.len()).collect::<Vec<_>>(), [2001]);
    }
}
