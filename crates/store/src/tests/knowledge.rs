use std::time::Duration;

use domain::id::{DocumentId, SourceId};
use domain::knowledge::{
    Address, Document, DocumentState, Passage, Progress, Source, SourceKind, SourceState,
};

use super::*;
use crate::KnowledgeTotals;

fn a_source(chat: &ChatId, url: Option<&str>) -> Source {
    let address =
        url.map(|url| Address { url: url.to_owned(), host: "shop.example:443".to_owned() });
    Source {
        chat_id: chat.clone(),
        id: SourceId::new(NOW),
        kind: if url.is_some() { SourceKind::Sitemap } else { SourceKind::Text },
        name: "Delivery".parse().unwrap(),
        address,
        state: if url.is_some() { SourceState::Waiting } else { SourceState::Done },
        claimed_until: None,
        round: 1,
        listed: url.is_none(),
        note: None,
        created_at: NOW,
        changed_at: NOW,
    }
}

fn a_document(source: &Source, address: &str) -> Document {
    Document {
        chat_id: source.chat_id.clone(),
        id: DocumentId::new(NOW),
        source_id: source.id.clone(),
        address: address.to_owned(),
        title: "Delivery".to_owned(),
        state: DocumentState::Read,
        reason: None,
        etag: Some("\"1\"".to_owned()),
        last_modified: None,
        hash: Some("ab".repeat(32)),
        bytes: 12,
        passages: 1,
        round: source.round,
        position: 0,
        read_at: Some(NOW),
    }
}

fn passage(text: &str) -> Passage {
    Passage { heading: "Times".to_owned(), page: Some(3), text: text.to_owned() }
}

both!(a_document_is_found_until_its_source_is_removed, store => {
    let chat = a_chat(&store).await.id;
    let source = a_source(&chat, None);
    let document = a_document(&source, "");
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    assert_eq!(tx.knowledge_version(&chat).await.unwrap(), 0);
    tx.add_source(&source).await.unwrap();
    tx.put_document(&document, &[passage("Two to three days.")]).await.unwrap();
    tx.touch_knowledge(&chat).await.unwrap();
    tx.touch_knowledge(&chat).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.knowledge_version(&chat).await.unwrap(), 2);
    assert_eq!(tx.source(&chat, &source.id).await.unwrap(), Some(source.clone()));
    assert_eq!(tx.document(&chat, &document.id).await.unwrap(), Some(document.clone()));
    let all = tx.all_passages(&chat).await.unwrap();
    assert_eq!(all, [(document.id.clone(), "Delivery".to_owned(), vec![passage("Two to three days.")])]);
    assert_eq!(tx.passages(&chat, &document.id).await.unwrap(), [passage("Two to three days.")]);
    let totals = KnowledgeTotals { sources: 1, documents: 1, passages: 1, bytes: 12 };
    assert_eq!(tx.knowledge_totals(&chat).await.unwrap(), totals);
    let progress = Progress { found: 1, read: 1, failed: 0, passages: 1, bytes: 12 };
    assert_eq!(tx.sources(&chat).await.unwrap(), [(source.clone(), progress)]);
    drop(tx);
    // Another chat knows nothing of it.
    let other = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&other)).await.unwrap();
    assert_eq!(tx.source(&other, &source.id).await.unwrap(), None);
    assert_eq!(tx.document(&other, &document.id).await.unwrap(), None);
    assert_eq!(tx.passages(&other, &document.id).await.unwrap(), []);
    assert!(!tx.delete_source(&other, &source.id).await.unwrap());
    drop(tx);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    assert!(tx.delete_source(&chat, &source.id).await.unwrap());
    assert_eq!(tx.all_passages(&chat).await.unwrap(), []);
    assert_eq!(tx.knowledge_totals(&chat).await.unwrap(), KnowledgeTotals::default());
});

both!(of_many_nodes_one_reads_a_source_and_of_a_host_one_source_at_a_time, store => {
    let chat = a_chat(&store).await.id;
    let sources = [a_source(&chat, Some("https://shop.example/a.xml")), a_source(&chat, Some("https://shop.example/b.xml"))];
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    for source in &sources {
        tx.add_source(source).await.unwrap();
    }
    tx.commit().await.unwrap();
    let until = NOW + Duration::from_mins(1);
    let attempt = |at: usize| {
        let (store, source) = (store.clone(), sources[at % 2].clone());
        tokio::spawn(async move {
            let mut tx = store.write(Scope::Host("shop.example:443")).await.unwrap();
            let claimed = tx.claim_source(&source, until, NOW).await.unwrap();
            tx.commit().await.unwrap();
            claimed
        })
    };
    let attempts: Vec<_> = (0..16).map(attempt).collect();
    let mut claims = Vec::new();
    for attempt in attempts {
        claims.extend(attempt.await.unwrap());
    }
    assert_eq!(claims.len(), 1, "{claims:?}");
    let (source, claim) = claims.remove(0);
    assert_eq!((source.state, source.claimed_until), (SourceState::Running, Some(until)));
    // While it holds, neither is to be had; when it has lapsed, both are, one after the other.
    assert_eq!(store.read().await.unwrap().unclaimed_sources(NOW, 9).await.unwrap(), []);
    assert_eq!(store.read().await.unwrap().unclaimed_sources(until, 9).await.unwrap().len(), 2);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let later = until + Duration::from_mins(1);
    let renewed = tx.renew_source(&claim, later).await.unwrap().unwrap();
    assert_eq!(tx.renew_source(&claim, later).await.unwrap(), None);
    assert!(!tx.end_claim(&claim, SourceState::Done, None, NOW).await.unwrap());
    assert!(tx.end_claim(&renewed, SourceState::Failed, Some("no"), NOW).await.unwrap());
    let ended = tx.source(&chat, &source.id).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.note.as_deref()), (SourceState::Failed, Some("no")));
    assert_eq!(tx.unclaimed_sources(NOW, 9).await.unwrap().len(), 1);
});

both!(a_source_is_read_again_and_what_is_not_found_again_goes, store => {
    let chat = a_chat(&store).await.id;
    let source = a_source(&chat, Some("https://shop.example/sitemap.xml"));
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    tx.add_source(&source).await.unwrap();
    for (position, address) in ["https://shop.example/1", "https://shop.example/2"].iter().enumerate() {
        tx.find_document(&source, address, i64::try_from(position).unwrap(), NOW).await.unwrap();
    }
    let first = tx.next_document(&source).await.unwrap().unwrap();
    assert_eq!((first.address.as_str(), first.state), ("https://shop.example/1", DocumentState::Found));
    let read = Document { state: DocumentState::Read, bytes: 3, read_at: Some(NOW), ..first };
    tx.put_document(&read, &[passage("one")]).await.unwrap();
    let second = tx.next_document(&source).await.unwrap().unwrap();
    tx.put_document_state(&second, DocumentState::Failed, Some("404"), None).await.unwrap();
    assert_eq!(tx.next_document(&source).await.unwrap(), None);
    let progress = Progress { found: 2, read: 1, failed: 1, passages: 1, bytes: 3 };
    assert_eq!(tx.progress(&source).await.unwrap(), progress);
    // Failures come first; what was found in this round already is not found again.
    let addresses = |documents: Vec<Document>| -> Vec<String> {
        documents.into_iter().map(|document| document.address).collect()
    };
    let listed = addresses(tx.documents(&source, 9, 0).await.unwrap());
    assert_eq!(listed, ["https://shop.example/2", "https://shop.example/1"]);
    tx.find_document(&source, "https://shop.example/1", 0, NOW).await.unwrap();
    assert_eq!(tx.next_document(&source).await.unwrap(), None);
    // It waits: only what is not waiting or being read is begun anew, and only that can be stopped.
    assert!(!tx.begin_round(&chat, &source.id, NOW).await.unwrap());
    assert!(tx.stop_source(&chat, &source.id, NOW).await.unwrap());
    assert!(!tx.stop_source(&chat, &source.id, NOW).await.unwrap());
    assert!(tx.begin_round(&chat, &source.id, NOW).await.unwrap());
    let again = tx.source(&chat, &source.id).await.unwrap().unwrap();
    assert_eq!((again.round, again.listed, again.state), (2, false, SourceState::Waiting));
    let until = NOW + Duration::from_mins(1);
    let (again, claim) = tx.claim_source(&again, until, NOW).await.unwrap().unwrap();
    tx.find_document(&again, "https://shop.example/1", 0, NOW).await.unwrap();
    tx.put_listed(&claim, Some("half")).await.unwrap();
    let listed = tx.source(&chat, &source.id).await.unwrap().unwrap();
    assert_eq!((listed.listed, listed.note.as_deref()), (true, Some("half")));
    // What was read stays until it is read again.
    assert_eq!(tx.all_passages(&chat).await.unwrap().len(), 1);
    assert_eq!(tx.next_document(&again).await.unwrap().unwrap().etag, read.etag);
    assert_eq!(tx.delete_documents_of_earlier_rounds(&again).await.unwrap(), 1);
    assert_eq!(addresses(tx.documents(&again, 9, 0).await.unwrap()), ["https://shop.example/1"]);
    // A text has nothing to read again.
    let text = a_source(&chat, None);
    tx.add_source(&text).await.unwrap();
    assert!(!tx.begin_round(&chat, &text.id, NOW).await.unwrap());
});
