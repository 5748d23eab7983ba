//! Nodes die, and NATS goes and comes: nothing is lost.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{Cluster, WITHOUT_NATS, needed, next_message, within};
use crate::fake_model::{Act, FakeModel, end, says, stream, text};
use crate::support::{Browser, Events};

/// A reply whose node died is finished within this time; contract, section 2.
const TAKEN_UP: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_node_is_killed_is_finished_by_another() {
    let begins = vec![stream(), text("One two "), text("three"), Act::Hang];
    let model = FakeModel::start([begins]).await;
    let Some(mut cluster) = Cluster::start(&model.flags("openai")).await else { return };
    cluster.complete().await;
    let mut doomed = cluster.nodes.remove(0);
    let chats = cluster.chat().await;
    let of_doomed = super::on_node(
        &doomed,
        &chats[0].chat,
        chats[0].key.as_ref().unwrap().private_key_pem().unwrap().reveal(),
    );
    let writer = of_doomed.visitor();
    let reader = Browser { chat: &chats[0], token: writer.token.clone() };
    let mut early = Events::of(&reader, None).await;
    sleep(Duration::from_millis(600)).await;
    writer.send("1", "Count to five").await;
    assert_eq!(early.next_of("message").await.data["seq"], json!(1));
    assert_eq!(early.next_of("delta").await.data["text"], json!("One two "));
    assert_eq!(early.next_of("delta").await.data["text"], json!("three"));
    // Who comes late, and to another node, hears what there is so far.
    let late = Browser { chat: &chats[1], token: writer.token.clone() };
    let mut late = Events::of(&late, None).await;
    let so_far = late.next_of("delta").await.data;
    assert_eq!((&so_far["offset"], &so_far["text"]), (&json!(0), &json!("One two three")));
    let answer = "One two, three four five.";
    model.then([says(&["One two, ", "three four ", "five."])]);
    doomed.process.kill().await.unwrap();
    let killed_at = Instant::now();
    // The first piece that differs takes the place of what the reader has from there on.
    let (message, _) = next_message_after(&mut early, "One two three", TAKEN_UP).await;
    assert_eq!((&message["seq"], &message["text"]), (&json!(2), &json!(answer)));
    eprintln!("a reply whose node was killed was finished after {:?}", killed_at.elapsed());
    let (message, _) = next_message_after(&mut late, "One two three", TAKEN_UP).await;
    assert_eq!(message["text"], json!(answer));
    assert_eq!(reader.conversation().await["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_sleeps_does_nothing_twice_when_it_wakes() {
    // What the model goes on to say lies ready for the sleeper when it wakes.
    let pause = Act::Wait(Duration::from_secs(3));
    let begins =
        vec![stream(), text("One two "), text("three"), pause, text(" late."), end("stop")];
    let model = FakeModel::start([begins]).await;
    let Some(cluster) = Cluster::start(&model.flags("openai")).await else { return };
    cluster.complete().await;
    let chats = cluster.chat().await;
    let writer = chats[0].visitor();
    let reader = Browser { chat: &chats[1], token: writer.token.clone() };
    let mut heard = Events::of(&reader, None).await;
    sleep(Duration::from_millis(600)).await;
    writer.send("1", "Count to five").await;
    assert_eq!(heard.next_of("message").await.data["seq"], json!(1));
    let draft: String = {
        let first = heard.next_of("delta").await.data["text"].clone();
        let second = heard.next_of("delta").await.data["text"].clone();
        [first, second].iter().filter_map(|piece| piece.as_str()).collect()
    };
    assert_eq!(draft, "One two three");
    let answer = "One two, three four five.";
    model.then([says(&["One two, ", "three four ", "five."])]);
    cluster.nodes[0].signal(Signal::STOP);
    let slept_at = Instant::now();
    let (message, _) = next_message_after(&mut heard, &draft, TAKEN_UP).await;
    assert_eq!((&message["seq"], &message["text"]), (&json!(2), &json!(answer)));
    eprintln!("a reply whose node sleeps was finished after {:?}", slept_at.elapsed());
    cluster.nodes[0].signal(Signal::CONT);
    sleep(Duration::from_secs(4)).await;
    for reader in [&writer, &reader] {
        let conversation = reader.conversation().await;
        let messages = conversation["messages"].as_array().unwrap();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert_eq!(messages[1]["text"], json!(answer));
    }
    // It works again, with what it missed.
    writer.send("2", "Thank you").await;
    let (message, _) = next_message(&mut heard, WITHOUT_NATS).await;
    assert_eq!((&message.data["seq"], &message.data["text"]), (&json!(3), &json!("Thank you")));
}

/// The next message of a stream whose reader has `draft`: then the pieces, put in their places, are the message.
async fn next_message_after(
    stream: &mut Events,
    draft: &str,
    limit: Duration,
) -> (serde_json::Value, Vec<char>) {
    let mut draft: Vec<char> = draft.chars().collect();
    let heard = async {
        loop {
            let event = stream.next().await.expect("the stream goes on");
            assert_ne!(event.kind, "reply_failed");
            if event.kind == "message" {
                return event.data;
            }
            if event.kind == "delta" {
                let offset = usize::try_from(event.data["offset"].as_u64().unwrap()).unwrap();
                assert!(offset <= draft.len(), "a gap before {event:?}");
                draft.truncate(offset);
                draft.extend(event.data["text"].as_str().unwrap().chars());
            }
        }
    };
    let message = tokio::time::timeout(limit, heard).await.expect("a message in time");
    assert_eq!(message["text"], json!(draft.iter().collect::<String>()));
    (message, draft)
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_cross_whatever_becomes_of_nats() {
    let Some(mut cluster) = Cluster::start(&[]).await else { return };
    let program = needed("TEST_NATS_SERVER").unwrap();
    cluster.complete().await;
    let made = cluster.chat().await.remove(0);
    let (chat, pem) = (made.chat.clone(), made.key.as_ref().unwrap().private_key_pem().unwrap());
    let token = made.visitor().token;
    drop(made);
    let mut number = 0;
    // One message across, and its answer.
    let mut cross = async |cluster: &Cluster, from: usize, to: usize, limit: Duration| {
        let on = |node: usize| super::on_node(&cluster.nodes[node], &chat, pem.reveal());
        let (speaks, hears) = (on(from), on(to));
        let speaker = Browser { chat: &speaks, token: token.clone() };
        let hearer = Browser { chat: &hears, token: token.clone() };
        let mut stream = Events::of(&hearer, None).await;
        sleep(Duration::from_millis(600)).await;
        number += 1;
        let sent_at = Instant::now();
        speaker.send(&number.to_string(), "Hello").await;
        let (message, _) = next_message(&mut stream, limit).await;
        let took = sent_at.elapsed();
        assert_eq!(message.data["seq"], json!(2 * number - 1));
        next_message(&mut stream, limit).await;
        took
    };
    let whole = cross(&cluster, 0, 1, WITHOUT_NATS).await;
    assert!(whole < Duration::from_secs(2), "{whole:?}");
    cluster.nats[0].kill().await;
    let took = cross(&cluster, 1, 2, WITHOUT_NATS).await;
    eprintln!("messages cross in {whole:?}, and {took:?} just after a NATS server died");
    // Those that are left take everything and pass nothing on.
    cluster.nats[1..].iter().for_each(|nats| nats.signal(Signal::STOP));
    let took = cross(&cluster, 0, 2, WITHOUT_NATS).await;
    eprintln!("while NATS hangs: {took:?}");
    all_miss_nats(&cluster).await;
    cluster.nats[1..].iter().for_each(|nats| nats.signal(Signal::CONT));
    cluster.complete().await;
    for nats in &mut cluster.nats {
        nats.kill().await;
    }
    let took = cross(&cluster, 2, 0, WITHOUT_NATS).await;
    eprintln!("without NATS: {took:?}");
    all_miss_nats(&cluster).await;
    // A node starts all the same.
    cluster.add_nodes(1).await;
    assert!(cluster.nodes[3].misses_nats().await);
    cross(&cluster, 3, 0, WITHOUT_NATS).await;
    for nats in &mut cluster.nats {
        nats.begin(&program);
    }
    cluster.complete().await;
    for node in &cluster.nodes {
        within(WITHOUT_NATS, "NATS is back", async || !node.misses_nats().await).await;
    }
    let healed = cross(&cluster, 3, 0, WITHOUT_NATS).await;
    eprintln!("with NATS back: {healed:?}");
    assert!(healed < Duration::from_secs(2), "{healed:?}");
}

async fn all_miss_nats(cluster: &Cluster) {
    for node in &cluster.nodes {
        within(WITHOUT_NATS, "NATS is missed", async || node.misses_nats().await).await;
    }
}
