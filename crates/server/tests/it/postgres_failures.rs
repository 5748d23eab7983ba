//! `PostgreSQL` stops, freezes, is demoted, ends sessions and has no room, while visitors write. Nobody waits for long, what was answered
//! with 201 is there afterwards, once, and the service goes on by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::cluster::Cluster;
use crate::support::{Browser, TestServer};

/// No answer takes longer: five seconds to begin, eight for a statement, and a second for a busy machine.
const BOUND: Duration = Duration::from_secs(14);
/// After the database is back, somebody has succeeded by then.
const RECOVERY: Duration = Duration::from_secs(5);
const WRITERS: usize = 4;
/// A visitor may send thirty messages a minute.
const VISITORS: usize = 8;

/// A call that was answered.
struct Answered {
    status: StatusCode,
    took: Duration,
    at: Instant,
}

/// Writes messages until told to stop, each until it is taken.
async fn write(writer: usize, browsers: &[Browser<'_>], stop: &AtomicBool) -> Vec<Answered> {
    let mut answered = Vec::new();
    for number in 0.. {
        let text = format!("{writer}.{number}");
        loop {
            if stop.load(Ordering::Relaxed) {
                return answered;
            }
            let begun = Instant::now();
            let body = json!({ "client_id": text, "text": text });
            let status = browsers[number % browsers.len()].post("messages", body).await.status();
            answered.push(Answered { status, took: begun.elapsed(), at: Instant::now() });
            sleep(Duration::from_millis(100)).await;
            if status == StatusCode::CREATED {
                break;
            }
        }
    }
    answered
}

/// Every message is there that must be, in order and once: each was sent until it was taken.
async fn audit(writer: usize, browsers: &[Browser<'_>], taken: usize) {
    let mut expected: Vec<Vec<String>> = vec![Vec::new(); browsers.len()];
    for number in 0..taken {
        expected[number % browsers.len()].push(format!("{writer}.{number}"));
    }
    for (browser, expected) in browsers.iter().zip(expected) {
        let conversation = browser.conversation().await;
        let messages = conversation["messages"].as_array().unwrap().iter();
        let own = messages.filter(|one| one["author"] == json!("visitor"));
        let mut own: Vec<&str> = own.map(|one| one["text"].as_str().unwrap()).collect();
        // The last one may be kept though nobody was told: its writer had been stopped.
        own.truncate(expected.len());
        assert_eq!(own, expected);
    }
}

/// Writes go on while `fault` happens to the database; it returns when the database is back.
async fn write_through(cluster: Cluster, fault: impl FnOnce(&Cluster) + Send + 'static) {
    let url = cluster.url();
    write_through_at(&url, cluster, fault).await;
}

async fn write_through_at(
    url: &str,
    cluster: Cluster,
    fault: impl FnOnce(&Cluster) + Send + 'static,
) {
    let server = TestServer::start_at(url, &[]).await;
    let chat = server.chat().await;
    let browsers: Vec<Vec<Browser<'_>>> =
        (0..=WRITERS).map(|_| (0..VISITORS).map(|_| chat.visitor()).collect()).collect();
    let stop = Arc::new(AtomicBool::new(false));
    let is_back = CancellationToken::new();
    let happen = async {
        sleep(Duration::from_secs(1)).await;
        let cluster = tokio::task::spawn_blocking(move || {
            fault(&cluster);
            cluster
        });
        let cluster = cluster.await.unwrap();
        let back = Instant::now();
        is_back.cancel();
        sleep(RECOVERY).await;
        stop.store(true, Ordering::Relaxed);
        (cluster, back)
    };
    let (stopped, is_back) = (&stop, &is_back);
    let writers = browsers.iter().enumerate().map(async |(at, own)| {
        // All others may be waiting for statements that will never be answered; who comes now need not.
        if at == WRITERS {
            is_back.cancelled().await;
        }
        write(at, own, stopped).await
    });
    let ((cluster, back), answered) = tokio::join!(happen, join_all(writers));
    for one in answered.iter().flatten() {
        let expected = [StatusCode::CREATED, StatusCode::SERVICE_UNAVAILABLE];
        assert!(expected.contains(&one.status), "{}", one.status);
        assert!(one.took < BOUND, "{:?}", one.took);
    }
    let taken =
        |own: &[Answered]| own.iter().filter(|one| one.status == StatusCode::CREATED).count();
    let first =
        answered.iter().flatten().filter(|one| one.status == StatusCode::CREATED && one.at > back);
    let first = first.map(|one| one.at - back).min().expect("a success after the database is back");
    assert!(first < RECOVERY, "{first:?}");
    for (at, (own, answered)) in browsers.iter().zip(&answered).enumerate() {
        audit(at, own, taken(answered)).await;
    }
    // More at once than the pool has connections: none of them was lost for good.
    let new: Vec<Browser<'_>> = (0..40).map(|_| chat.visitor()).collect();
    let begun = Instant::now();
    join_all(new.iter().map(|browser| browser.send("1", "after"))).await;
    assert!(begun.elapsed() < RECOVERY, "{:?}", begun.elapsed());
    drop(cluster);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_of_postgresql_loses_no_message() {
    let Some(cluster) = Cluster::start() else { return };
    write_through(cluster, |cluster| {
        cluster.down("immediate");
        std::thread::sleep(Duration::from_secs(2));
        cluster.up();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_postgresql_is_not_waited_for() {
    let Some(cluster) = Cluster::start() else { return };
    write_through(cluster, |cluster| {
        cluster.freeze(true);
        std::thread::sleep(Duration::from_secs(6));
        cluster.freeze(false);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_was_demoted_is_left() {
    let Some(cluster) = Cluster::start() else { return };
    write_through(cluster, |cluster| {
        cluster.sql("ALTER SYSTEM SET default_transaction_read_only = on");
        cluster.sql("SELECT pg_reload_conf()");
        std::thread::sleep(Duration::from_secs(3));
        cluster.sql("ALTER SYSTEM RESET default_transaction_read_only");
        cluster.sql("SELECT pg_reload_conf()");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_are_ended_are_replaced() {
    let Some(cluster) = Cluster::start() else { return };
    write_through(cluster, |cluster| {
        for _ in 0..30 {
            cluster.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'zipchat'",
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_room_is_asked_again() {
    let Some(cluster) = Cluster::start() else { return };
    write_through(cluster, |cluster| {
        // To its user that is the same as a server that has no connection left: SQLSTATE 53300.
        cluster.sql("ALTER ROLE zipchat CONNECTION LIMIT 0");
        cluster.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'zipchat'",
        );
        std::thread::sleep(Duration::from_secs(7));
        cluster.sql("ALTER ROLE zipchat CONNECTION LIMIT -1");
    })
    .await;
}

/// An address that leads to `port`. Told to, it forgets its connections, and closes none: as one does that has moved to another machine.
async fn an_address_of(port: u16, mut moved: watch::Receiver<()>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().port();
    moved.mark_unchanged();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut moved = moved.clone();
            moved.mark_unchanged();
            tokio::spawn(async move {
                let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                tokio::select! {
                    _ = copy_bidirectional(&mut near, &mut far) => {}
                    Ok(()) = moved.changed() => std::future::pending().await,
                }
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_has_moved_is_followed() {
    let Some(cluster) = Cluster::start() else { return };
    let (switch, moved) = watch::channel(());
    let port = an_address_of(cluster.port, moved).await;
    let url = cluster.url().replace(&cluster.port.to_string(), &port.to_string());
    write_through_at(&url, cluster, move |_| switch.send_replace(())).await;
}
