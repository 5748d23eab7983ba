//! What is called and what is not, against a server on the loopback address.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const LIMITS: Limits = Limits { time: Duration::from_millis(1_500), size: 1_000 };

fn outbound(allowed: &[&str]) -> Outbound {
    let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
    Outbound::new(&OutboundConfig { allowed_private_targets: allowed })
}

fn local() -> Outbound {
    outbound(&["127.0.0.0/8", "::1/128"])
}

/// A server that answers each connection with these bytes, and then closes it, or not.
async fn server(answer: impl Into<Vec<u8>>, close: bool) -> u16 {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&answer).await;
            if !close {
                open.push(stream);
            }
        }
    });
    port
}

async fn answer_to(answer: impl Into<Vec<u8>>, close: bool) -> Result<Answer, OutboundError> {
    let port = server(answer, close).await;
    local().get(&format!("http://127.0.0.1:{port}/keys?a=b#c"), LIMITS).await
}

#[tokio::test]
async fn an_answer_has_a_status_and_a_body() {
    let answer = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"{}".as_slice()));
    let answer =
        answer_to("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (404, 0));
    let port = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true).await;
    assert!(local().get(&format!("http://localhost:{port}/"), LIMITS).await.is_ok());
}

#[tokio::test]
async fn an_answer_is_not_followed_unpacked_or_read_further_than_allowed() {
    let redirect =
        |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let check = async |answer: String, expected: OutboundError| {
        assert_eq!(answer_to(answer, true).await.unwrap_err(), expected);
    };
    let to = |url: &str| OutboundError::Redirect(url.to_owned());
    check(redirect("https://other.example/x?secret=1"), to("https://other.example/x")).await;
    check(redirect("http://u:p@169.254.169.254/"), to("http://169.254.169.254/")).await;
}

#[tokio::test]
async fn what_is_too_much_too_slow_or_broken_is_refused() {
    let check = async |answer: Vec<u8>, close: bool, expected: OutboundError| {
        assert_eq!(answer_to(answer, close).await.unwrap_err(), expected);
    };
    let head = |rest: &str| format!("HTTP/1.1 200 OK\r\n{rest}\r\n").into_bytes();
    let too_large = OutboundError::TooLarge(1_000);
    check(head("Content-Length: 1001\r\n"), false, too_large.clone()).await;
    check([head(""), vec![b'x'; 5_000]].concat(), false, too_large.clone()).await;
    let chunks = b"200\r\n".iter().chain([b'x'; 512].iter()).chain(b"\r\n").copied();
    let chunks: Vec<u8> = std::iter::repeat_n(chunks, 3).flatten().collect();
    check([head("Transfer-Encoding: chunked\r\n"), chunks].concat(), false, too_large).await;
    check(head("Content-Encoding: gzip\r\nContent-Length: 0\r\n"), true, OutboundError::Encoded)
        .await;
    check(head("Content-Length: 10\r\n"), true, OutboundError::Broken).await;
    check(b"SSH-2.0-OpenSSH_9\r\n".to_vec(), true, OutboundError::Broken).await;
    check(vec![], false, OutboundError::Slow(1)).await;
    check(
        [head("Content-Length: 10\r\n"), b"12345".to_vec()].concat(),
        false,
        OutboundError::Slow(1),
    )
    .await;
}

#[tokio::test]
async fn what_is_not_public_is_not_called() {
    let port = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true).await;
    let check = async |outbound: &Outbound, url: String, expected: OutboundError| {
        let posted = outbound.post(&url, "{}".to_owned(), LIMITS).await;
        assert_eq!(posted.unwrap_err(), expected, "{url}");
        assert_eq!(outbound.get(&url, LIMITS).await.unwrap_err(), expected, "{url}");
    };
    let (closed, open) = (outbound(&[]), outbound(&["10.0.0.0/8"]));
    let private = |host: &str| OutboundError::NotPublic(host.to_owned());
    for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"] {
        let host_as_written = host.replace("127.0.0.1]", "7f00:1]");
        check(&closed, format!("https://{host}:{port}/"), private(&host_as_written)).await;
        check(&closed, format!("http://{host}:{port}/"), private(&host_as_written)).await;
    }
    // Other spellings of the loopback address.
    for host in ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1."] {
        check(&closed, format!("https://{host}:{port}/"), private("127.0.0.1")).await;
    }
    check(&closed, format!("https://localhost:{port}/"), private("localhost")).await;
    check(&open, format!("http://localhost:{port}/"), private("localhost")).await;
    check(&closed, format!("http://localhost:{port}/"), OutboundError::NotHttps).await;
    check(&open, "http://8.8.8.8/".to_owned(), OutboundError::NotHttps).await;
}

#[tokio::test]
async fn a_name_that_nobody_has_and_a_port_that_nobody_listens_to_are_told_apart() {
    let name = "no-such-host.invalid".to_owned();
    let url = format!("https://{name}/");
    assert_eq!(local().get(&url, LIMITS).await.unwrap_err(), OutboundError::Unresolved(name));
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let closed = local().get(&format!("http://127.0.0.1:{port}/"), LIMITS).await.unwrap_err();
    assert_eq!(closed, OutboundError::Unreachable("127.0.0.1".to_owned()));
}

#[test]
fn an_address_is_judged_before_it_is_called() {
    let check = |url: &str, expected: Result<(), OutboundError>| {
        assert_eq!(outbound(&["10.0.0.0/8"]).check(url), expected, "{url}");
    };
    check("https://shop.example/jwks.json", Ok(()));
    check("https://shop.example:8443/a?b", Ok(()));
    check("https://[2606:4700:4700::1111]/", Ok(()));
    check("http://10.1.2.3/jwks.json", Ok(()));
    check("http://intranet/jwks.json", Ok(()));
    check("ftp://shop.example/", Err(OutboundError::NotHttps));
    check("file:///etc/passwd", Err(OutboundError::NotHttps));
    check("https://user:secret@shop.example/", Err(OutboundError::Credentials));
    check("https://user@shop.example/", Err(OutboundError::Credentials));
    check("shop.example/jwks.json", Err(OutboundError::Malformed));
    check("https://", Err(OutboundError::Malformed));
    check("", Err(OutboundError::Malformed));
    check(&format!("https://shop.example/{}", "a".repeat(2048)), Err(OutboundError::Malformed));
}
