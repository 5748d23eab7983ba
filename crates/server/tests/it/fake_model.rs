//! A model that follows a script, over real HTTP: `OpenAI`'s chat completions, or Anthropic's messages.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The key that the service is given.
pub(crate) const MODEL_KEY: &str = "sk-the-key-of-the-model";

/// What it does with one call, step by step; then it closes the connection.
pub(crate) type Script = Vec<Act>;

/// A step.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// These bytes.
    Send(String),
    /// Waits.
    Wait(Duration),
    /// Says nothing until the other side closes.
    Hang,
    /// This again and again, until the other side closes.
    Endless(String),
}

pub(crate) struct FakeModel {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    scripts: Arc<Mutex<VecDeque<Script>>>,
    closed: Arc<AtomicUsize>,
}

impl FakeModel {
    /// One that answers the calls in turn; the last script is the answer to all that follow.
    pub(crate) async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let scripts = Arc::new(Mutex::new(scripts.into_iter().collect::<VecDeque<_>>()));
        let closed: Arc<AtomicUsize> = Arc::default();
        let (told, script_of, gone) = (asked.clone(), scripts.clone(), closed.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (told, script_of, gone) = (told.clone(), script_of.clone(), gone.clone());
                tokio::spawn(async move {
                    let Some(call) = read(&mut stream).await else { return };
                    told.lock().unwrap().push(call);
                    let script = {
                        let mut scripts = script_of.lock().unwrap();
                        if scripts.len() > 1 {
                            scripts.pop_front()
                        } else {
                            scripts.front().cloned()
                        }
                    };
                    if follow(&mut stream, script.unwrap()).await.is_err() {
                        gone.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        Self { url, asked, scripts, closed }
    }

    /// The flags of a service that has this model.
    pub(crate) fn flags(&self, provider: &'static str) -> [&str; 8] {
        [
            "--assistant-provider",
            provider,
            "--assistant-url",
            &self.url,
            "--assistant-key",
            MODEL_KEY,
            "--assistant-model",
            "test-model",
        ]
    }

    /// What it was sent: head and body of each call.
    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap().clone()
    }

    /// The bodies of the calls.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.calls().into_iter().map(|(_, body)| body).collect()
    }

    /// Another script for the calls that follow.
    pub(crate) fn then(&self, scripts: impl IntoIterator<Item = Script>) {
        *self.scripts.lock().unwrap() = scripts.into_iter().collect();
    }

    /// Waits until the service has closed so many connections that were not at their end.
    pub(crate) async fn closed(&self, count: usize) {
        for _ in 0..300 {
            if self.closed.load(Ordering::Relaxed) >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the connection to the model stays open");
    }
}

async fn read(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    loop {
        let mut more = vec![0; 16 * 1024];
        let read = stream.read(&mut more).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&more[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.to_ascii_lowercase();
        let length =
            length.split("content-length: ").nth(1)?.lines().next()?.parse::<usize>().ok()?;
        if body.len() >= length {
            return Some((head.to_owned(), serde_json::from_str(body).ok()?));
        }
    }
}

async fn follow(stream: &mut TcpStream, script: Script) -> std::io::Result<()> {
    let gone = || std::io::Error::other("the other side closed");
    for act in script {
        match act {
            Act::Send(text) => stream.write_all(text.as_bytes()).await?,
            Act::Wait(time) => tokio::time::sleep(time).await,
            Act::Hang => {
                let mut byte = [0; 1];
                let _ = stream.read(&mut byte).await;
                return Err(gone());
            }
            Act::Endless(text) => loop {
                stream.write_all(text.as_bytes()).await?;
            },
        }
    }
    stream.shutdown().await
}

/// The head of a stream of events.
pub(crate) fn stream() -> Act {
    Act::Send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
            .to_owned(),
    )
}

/// An answer that is an error.
pub(crate) fn error(status: u16, headers: &str) -> Script {
    let body = r#"{"error":{"message":"Not now, sk-the-key-of-the-model","type":"x"}}"#;
    vec![Act::Send(format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ))]
}

/// `OpenAI`'s event with this change.
pub(crate) fn delta(delta: &Value) -> Act {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": null });
    Act::Send(format!(
        "data: {}\n\n",
        json!({ "id": "c", "object": "chat.completion.chunk", "model": "test-model", "choices": [choice] })
    ))
}

/// `OpenAI`'s way to say this.
pub(crate) fn text(text: &str) -> Act {
    delta(&json!({ "content": text }))
}

/// `OpenAI`'s end.
pub(crate) fn end(reason: &str) -> Act {
    let choice = json!({ "index": 0, "delta": {}, "finish_reason": reason });
    Act::Send(format!(
        "data: {}\n\ndata: [DONE]\n\n",
        json!({ "id": "c", "object": "chat.completion.chunk", "model": "test-model", "choices": [choice] })
    ))
}

/// An answer of these pieces.
pub(crate) fn says(pieces: &[&str]) -> Script {
    let said = pieces.iter().map(|piece| text(piece));
    std::iter::once(stream()).chain(said).chain([end("stop")]).collect()
}

/// A call of a tool, its arguments in fragments.
pub(crate) fn calls(name: &str, arguments: &str) -> Script {
    let mut script = vec![stream()];
    script.push(delta(&json!({ "role": "assistant", "tool_calls": [
        { "index": 0, "id": "call_1", "type": "function", "function": { "name": name, "arguments": "" } }] })));
    let letters: Vec<char> = arguments.chars().collect();
    for fragment in letters.chunks(3) {
        let fragment: String = fragment.iter().collect();
        script.push(delta(
            &json!({ "tool_calls": [{ "index": 0, "function": { "arguments": fragment } }] }),
        ));
    }
    script.push(end("tool_calls"));
    script
}

/// Anthropic's event.
pub(crate) fn event(kind: &str, mut data: Value) -> Act {
    data["type"] = kind.into();
    Act::Send(format!("event: {kind}\ndata: {data}\n\n"))
}

/// Anthropic's answer: text, or a call of a tool, in fragments.
pub(crate) fn anthropic(block: &Value, deltas: &[Value], stop: &str) -> Script {
    let message = json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "test-model", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": { "input_tokens": 1, "output_tokens": 1 } });
    let mut script = vec![
        stream(),
        event("message_start", json!({ "message": message })),
        event("content_block_start", json!({ "index": 0, "content_block": block })),
    ];
    script.extend(
        deltas
            .iter()
            .map(|delta| event("content_block_delta", json!({ "index": 0, "delta": delta }))),
    );
    script.push(event("content_block_stop", json!({ "index": 0 })));
    script.push(event("message_delta", json!({ "delta": { "stop_reason": stop, "stop_sequence": null }, "usage": { "output_tokens": 2 } })));
    script.push(event("message_stop", json!({})));
    script
}
