//! How far a message has come, and what a provider's words make of it.

use super::pace::MOST_TRIES;
use crate::words::words;

words! {
    /// How far a message has come.
    MessageState {
        /// It waits for its time, or for HR where a person sends by hand.
        Queued = "queued",
        /// Somebody has it in hand: a worker under a lease.
        Sending = "sending",
        /// HR opened the chat with the text filled in. Whether she pressed send is not known.
        Opened = "opened",
        /// The provider has taken it.
        Accepted = "accepted",
        /// The provider says that it left.
        Sent = "sent",
        /// It is on her phone.
        Delivered = "delivered",
        /// She has read it.
        Read = "read",
        /// It will not reach her this way.
        Failed = "failed",
        /// Whether it left is not known: a person judges, nothing sends it again by itself.
        Uncertain = "uncertain",
        /// It was not sent and will not be: she said stop, registered, or the campaign was cancelled.
        Dropped = "dropped",
    }
}

/// What a provider's refusal asks for (the codes' table is in each channel's own file).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The whole channel is too fast, or the provider is out of order: later, and slower.
    BackOff,
    /// Too fast to this recipient: later.
    Later,
    /// It will never reach this number by this channel. The number is marked undeliverable where `number` is true.
    Final {
        /// Whether it is the number that is at fault.
        number: bool,
    },
    /// She told the provider that she wants no more: an opt-out, on every channel.
    OptedOut,
    /// The template or the account is at fault: everybody's message would fail, so the campaign is paused.
    StopCampaign,
    /// The text, or what a template's places are given, is at fault: everybody's, or hers alone, where a word in it is too long. The campaign is paused; what is
    /// refused so once more, after somebody has looked and gone on, is hers alone.
    Template,
}

/// What came of handing a message to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The provider took it and names it so.
    Accepted {
        /// The provider's own id of the message.
        provider_id: String,
    },
    /// The provider certainly did not take it.
    Refused {
        /// What to do about it.
        refusal: Refusal,
        /// The provider's code, like `131026`, or ours: `http.503`, `connect`.
        code: String,
    },
    /// It was not handed over: whoever had it came to it too late, or the night had begun.
    Kept {
        /// Why, as a code: `late`.
        code: String,
    },
    /// Whether the provider took it is not known: the answer was lost after the request had left.
    Unknown {
        /// Why, as a code: `timeout`, `broken`, `http.502`.
        code: String,
    },
}

impl MessageState {
    /// Whether a message has left, as far as anybody knows.
    #[must_use]
    pub const fn has_left(self) -> bool {
        matches!(self, Self::Opened | Self::Accepted | Self::Sent | Self::Delivered | Self::Read)
    }

    /// How much is known of a message: a state never follows upon one that is higher.
    const fn rank(self) -> u8 {
        match self {
            Self::Queued | Self::Dropped => 0,
            Self::Sending => 1,
            Self::Uncertain => 2,
            Self::Opened => 3,
            Self::Accepted => 4,
            Self::Sent => 5,
            Self::Failed => 6,
            Self::Delivered => 7,
            Self::Read => 8,
        }
    }

    /// What a provider's word makes of a message; none where it changes nothing: more is known already.
    ///
    /// Words come in any order and more than once. One that says that a message is on her phone is believed whatever was thought before; one that says
    /// that it failed is not believed of a message that waits (again): it is said of an earlier try.
    #[must_use]
    pub fn told(self, word: Word) -> Option<Self> {
        let next = match word {
            Word::Accepted => Self::Accepted,
            Word::Sent => Self::Sent,
            Word::Delivered => Self::Delivered,
            Word::Read => Self::Read,
            Word::Failed(_) if matches!(self, Self::Queued | Self::Dropped) => return None,
            Word::Failed(_) => Self::Failed,
        };
        (next.rank() > self.rank()).then_some(next)
    }

    /// What comes of handing over a message that was tried so often, where it stands here by now: a worker may come back late.
    #[must_use]
    pub fn settled(self, sent: &Sent, tries: u32) -> Settled {
        let in_hand = matches!(self, Self::Sending | Self::Uncertain);
        match sent {
            Sent::Accepted { .. } if self.rank() < Self::Accepted.rank() => Settled::Left,
            Sent::Unknown { .. } if self == Self::Sending => Settled::Uncertain,
            Sent::Kept { .. } if in_hand => Settled::Kept,
            Sent::Refused { refusal, .. } if in_hand => match *refusal {
                // A provider that is out of order, or a line that is cut, is nobody's failure: it is waited for, however long it takes.
                Refusal::BackOff => Settled::Again { channel: true },
                Refusal::Later if tries >= MOST_TRIES => Settled::Failed(Refusal::Final { number: false }),
                Refusal::Later => Settled::Again { channel: false },
                Refusal::StopCampaign | Refusal::Template => Settled::Stopped,
                Refusal::Final { .. } | Refusal::OptedOut => Settled::Failed(*refusal),
            },
            _ => Settled::Stays,
        }
    }
}

/// What comes of handing a message over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// As much or more is known of it.
    Stays,
    /// It left.
    Left,
    /// It is tried again later.
    Again {
        /// Whether everybody's on this channel waits, too.
        channel: bool,
    },
    /// It waits as if nobody had had it.
    Kept,
    /// It waits until somebody has set the campaign right.
    Stopped,
    /// It has failed.
    Failed(Refusal),
    /// Nobody knows.
    Uncertain,
}

/// What a provider says of a message that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It has it.
    Accepted,
    /// It left.
    Sent,
    /// It is on her phone.
    Delivered,
    /// She has read it.
    Read,
    /// It will not arrive.
    Failed(Refusal),
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use MessageState::*;

    const FINAL: Refusal = Refusal::Final { number: true };
    const WORDS: [Word; 5] = [Word::Accepted, Word::Sent, Word::Delivered, Word::Read, Word::Failed(FINAL)];

    #[rstest]
    #[case::in_order(Accepted, Word::Sent, Some(Sent))]
    #[case::read_without_delivered(Sent, Word::Read, Some(Read))]
    #[case::once_more(Sent, Word::Sent, None)]
    #[case::out_of_order(Read, Word::Delivered, None)]
    #[case::failed(Sent, Word::Failed(FINAL), Some(Failed))]
    #[case::failed_after_it_arrived(Delivered, Word::Failed(FINAL), None)]
    #[case::arrived_after_it_failed(Failed, Word::Delivered, Some(Delivered))]
    #[case::sent_after_it_failed(Failed, Word::Sent, None)]
    #[case::before_its_own_answer(Sending, Word::Delivered, Some(Delivered))]
    #[case::after_its_answer_was_lost(Uncertain, Word::Sent, Some(Sent))]
    #[case::failed_after_its_answer_was_lost(Uncertain, Word::Failed(FINAL), Some(Failed))]
    #[case::it_had_left_after_all(Queued, Word::Delivered, Some(Delivered))]
    #[case::an_earlier_try_failed(Queued, Word::Failed(FINAL), None)]
    #[case::dropped_too_late(Dropped, Word::Read, Some(Read))]
    fn a_word_makes_of_a_message(#[case] state: MessageState, #[case] word: Word, #[case] next: Option<MessageState>) {
        assert_eq!(state.told(word), next);
    }

    #[test]
    fn no_words_in_any_order_bring_a_message_back() {
        for state in MessageState::ALL {
            for first in WORDS {
                let once = state.told(first).unwrap_or(*state);
                assert!(once == *state || once.rank() > state.rank());
                assert_eq!(once.told(first), None, "a word said twice is said once");
                for second in WORDS {
                    let twice = once.told(second).unwrap_or(once);
                    assert!(twice == once || twice.rank() > once.rank());
                }
            }
        }
    }

    #[test]
    fn whatever_the_order_of_the_words_the_end_is_the_same() {
        let end = |words: &[Word]| words.iter().fold(Accepted, |state, word| state.told(*word).unwrap_or(state));
        let words = [Word::Sent, Word::Delivered, Word::Read];
        for (a, b, c) in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
            assert_eq!(end(&[words[a], words[b], words[c]]), Read);
        }
    }

    fn accepted() -> super::Sent {
        super::Sent::Accepted { provider_id: "p".to_owned() }
    }

    fn refused(refusal: Refusal) -> super::Sent {
        super::Sent::Refused { refusal, code: "c".to_owned() }
    }

    fn kept() -> super::Sent {
        super::Sent::Kept { code: "late".to_owned() }
    }

    fn unknown() -> super::Sent {
        super::Sent::Unknown { code: "timeout".to_owned() }
    }

    #[rstest]
    #[case::it_left(Sending, accepted(), Settled::Left)]
    #[case::it_left_after_the_lease(Uncertain, accepted(), Settled::Left)]
    #[case::it_left_after_it_was_judged(Queued, accepted(), Settled::Left)]
    #[case::a_webhook_was_quicker(Delivered, accepted(), Settled::Stays)]
    #[case::nobody_knows(Sending, unknown(), Settled::Uncertain)]
    #[case::nobody_knew(Queued, unknown(), Settled::Stays)]
    #[case::a_webhook_knows(Sent, unknown(), Settled::Stays)]
    #[case::the_channel_is_too_fast(Sending, refused(Refusal::BackOff), Settled::Again { channel: true })]
    #[case::too_fast_to_her(Sending, refused(Refusal::Later), Settled::Again { channel: false })]
    #[case::it_certainly_did_not_leave(Uncertain, refused(Refusal::Later), Settled::Again { channel: false })]
    #[case::it_is_queued_again_already(Queued, refused(Refusal::BackOff), Settled::Stays)]
    #[case::it_was_come_to_too_late(Sending, kept(), Settled::Kept)]
    #[case::so_late_that_its_lease_ran_out(Uncertain, kept(), Settled::Kept)]
    #[case::so_late_that_it_was_judged(Queued, kept(), Settled::Stays)]
    #[case::for_good(Sending, refused(FINAL), Settled::Failed(FINAL))]
    #[case::she_said_stop(Sending, refused(Refusal::OptedOut), Settled::Failed(Refusal::OptedOut))]
    #[case::the_template_is_wrong(Sending, refused(Refusal::StopCampaign), Settled::Stopped)]
    fn what_comes_of_handing_it_over(#[case] state: MessageState, #[case] sent: super::Sent, #[case] settled: Settled) {
        assert_eq!(state.settled(&sent, 1), settled);
    }

    #[test]
    fn who_was_turned_away_too_often_has_failed() {
        let tries = |refusal, tries| Sending.settled(&refused(refusal), tries);
        assert_eq!(tries(Refusal::Later, MOST_TRIES - 1), Settled::Again { channel: false });
        assert_eq!(tries(Refusal::Later, MOST_TRIES), Settled::Failed(Refusal::Final { number: false }));
        assert_eq!(tries(Refusal::BackOff, MOST_TRIES), Settled::Again { channel: true });
    }
}
