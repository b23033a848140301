//! Who is meant, on which of her numbers, and who is left out and why: told by name before anything leaves.

use super::*;

impl World {
    async fn people(&self, which: Option<Excluded>) -> Vec<String> {
        let audience = Audience::Filter(Filter::default());
        let mut named = Vec::new();
        let mut after = None;
        loop {
            let (some, next) = self.outreach.people(&audience, Channel::File, &[which], after, 1).await.unwrap();
            named.extend(some.into_iter().map(|one| one.full_name));
            after = match next {
                Some(next) => Some(next),
                None => return named,
            };
        }
    }
}

/// A portal that gives no numbers had her first; another brought one since. She can be written to, stopped and invited on it.
#[tokio::test]
async fn who_came_with_a_number_by_another_door_is_written_to_on_it() {
    let world = World::of(&[applicant("Siti Aminah", "", "siti@example.com")]).await;
    assert_eq!(world.people(Some(Excluded::NoMobile)).await, ["Siti Aminah"]);
    let batch = world.desk.import("jobstreet", &[applicant("Siti Aminah", "0812-3456-7801", "siti@example.com")]).await;
    assert_eq!(world.desk.outcomes(&batch).await, ["match"]);
    let her = world.desk.named("Siti Aminah").await.id;
    let contact = world.outreach.contact(her).await.unwrap();
    assert_eq!((contact.phone.as_deref(), contact.messages), (Some("+6281234567801"), true));
    assert!(!world.outreach.consent(her, false, "hr").await.unwrap().messages);
    assert_eq!(world.people(Some(Excluded::OptedOut)).await, ["Siti Aminah"]);
    assert!(world.outreach.consent(her, true, "hr").await.unwrap().messages);
    world.campaign(&world.plan(Channel::File)).await;
    let claimed = world.claim(Channel::File).await;
    assert_eq!(claimed.iter().map(|one| one.phone.as_str()).collect::<Vec<_>>(), ["+6281234567801"]);
    let accounts = satu_tests::desk::accounts(world.desk.store(), AccountPolicy::default());
    assert_eq!(accounts.invite(her, "hr").await.unwrap().phone, "+6281234567801");
    world.finish().await;
}

/// Her first number is her family's, or from abroad: she is written to on the one that is hers alone.
#[tokio::test]
async fn who_has_a_number_of_her_own_beside_a_familys_is_written_to_on_her_own() {
    let world = World::of(&[siti()]).await;
    let sister = applicant("Sari Aminah", "081234567801", "sari@example.com");
    let batch = world.desk.import("jobstreet", std::slice::from_ref(&sister)).await;
    world.desk.settle(&batch, 2, Action::Shared).await.unwrap();
    let mut shared = world.people(Some(Excluded::Shared)).await;
    shared.sort();
    assert_eq!(shared, ["Sari Aminah", "Siti Aminah"]);
    let own = Applicant { phone: "081234567809".to_owned(), ..sister };
    let batch = world.desk.import("indeed", &[own]).await;
    assert_eq!(world.desk.outcomes(&batch).await, ["match"]);
    assert_eq!(world.people(None).await, ["Sari Aminah"]);
    world.campaign(&world.plan(Channel::File)).await;
    let claimed = world.claim(Channel::File).await;
    assert_eq!(claimed.iter().map(|one| one.phone.as_str()).collect::<Vec<_>>(), ["+6281234567809"]);
    world.finish().await;
}

/// Chosen one by one, and gone since: taken back, or shown by another application.
#[tokio::test]
async fn who_is_gone_since_she_was_chosen_is_told() {
    let world = World::of(&[siti(), dewi()]).await;
    let batch = world.desk.import("jobstreet", &[applicant("Rina Wulandari", "081234567803", "")]).await;
    let chosen = async |name: &str| world.desk.named(name).await.id;
    let (siti, dewi, rina) =
        (chosen("Siti Aminah").await, chosen("Dewi Anggraini").await, chosen("Rina Wulandari").await);
    world.desk.undo(&batch).await;
    world.desk.merge(siti, dewi).await.unwrap();
    let audience = Audience::Applications(vec![siti, dewi, rina]);
    let preview = world.outreach.preview(&audience, Channel::File, world.template).await.unwrap();
    assert_eq!((preview.total, preview.will), (3, 1));
    assert_eq!(preview.excluded.into_iter().collect::<Vec<_>>(), [(Excluded::Gone, 2)]);
    let campaign = world.campaign(&NewCampaign { audience, ..world.plan(Channel::File) }).await;
    assert_eq!(world.messages(campaign).await, [(siti, MessageState::Queued)]);
    world.finish().await;
}
