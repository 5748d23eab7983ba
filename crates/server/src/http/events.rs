//! The event stream of a visitor. In this order: listen, read what was missed, then pass on what comes. Hence no gap and no
//! double, whatever the bus drops.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse;
use domain::conversation::{Author, Conversation, Message, Reply, ReplyState};
use domain::id::{ConversationId, MessageId, OperatorId};
use domain::settings::LeadFormField;
use futures_util::stream;
use serde::Serialize;
use store::{ReadTx, StoreError};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::app::App;
use crate::app::inbox::mark_delivered;
use crate::app::people::Operators;
use crate::app::reply::Shown;
use crate::app::visit::{self, CurrentVisitor, VisitError};
use crate::bus::{Event, Heard, Subscription, Topic};
use crate::http::error::ErrorBody;
use crate::http::event_stream::event_stream;
use crate::http::sent::Sent;
use crate::http::views::MessageView;
use crate::http::who::ThisVisitor;
use crate::metrics::Open;

/// How often another node is asked at most for what it has of a reply.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// Longer than any stream matters.
const NOT_SOON: Duration = Duration::from_hours(24);
/// Messages read at once.
const BATCH: i64 = 100;

/// More of a reply that is being written: the data of `delta`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyDelta<'a> {
    /// The id of the message that it becomes.
    reply_id: &'a str,
    /// How many characters come before it.
    offset: usize,
    text: &'a str,
}

/// A reply that there will not be, unless it is asked for again: the data of `reply_failed`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyFailed<'a> {
    reply_id: &'a str,
}

/// A person is typing an answer: the data of `typing`. Good for some seconds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Typing<'a> {
    author_name: &'a str,
}

/// What happens in the visitor's conversation, as it happens.
#[utoipa::path(get, path = "/widget/{widget_token}/events", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path), ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String,
        description = "events `message` (`MessageView`, with an id), `delta` (`ReplyDelta`), `reply_failed` (`ReplyFailed`), `visitor` (`{}`: the identity, the lead form or who answers changed), `typing` (`Typing`)"),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
    headers: HeaderMap,
) -> Response {
    let resume = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    // On the heap, since it is moved to and fro between the stream and each wait for its next event.
    let feed = Box::new(Feed::new(app, visitor, resume));
    let events = stream::unfold(feed, |mut feed| async move {
        let event = feed.next().await?;
        Some((event, feed))
    });
    event_stream(events)
}

/// One open stream.
struct Feed {
    app: Arc<App>,
    visitor: CurrentVisitor,
    of_visitor: Subscription,
    of_chat: Subscription,
    /// What is to be sent next.
    queue: VecDeque<sse::Event>,
    /// The number of the last message sent; `None` before the first look.
    last_seq: Option<i64>,
    /// The number of the last message of a person's that is on its way to the page, until it is kept that it came.
    to_keep: Option<i64>,
    /// The conversation that it is of.
    conversation: Option<ConversationId>,
    /// The person who answers in it.
    assignee: Option<OperatorId>,
    /// What the visitor is asked about itself: nothing, where there is no form; `None` before the first look.
    form: Option<Vec<LeadFormField>>,
    /// What was sent of each unfinished reply.
    sent: HashMap<MessageId, Sent>,
    /// When another node was asked for what it has of a reply.
    asked_at: Option<Instant>,
    /// Replies that are known to have become messages: what is still heard of them is old.
    done: HashSet<MessageId>,
    resume: Option<String>,
    look_at: Instant,
    /// What is read now is new, and not what was missed before the stream began.
    is_live: bool,
    /// The visitor token is worth nothing any more.
    ended: bool,
    _open: Open,
}

impl Feed {
    fn new(app: Arc<App>, visitor: CurrentVisitor, resume: Option<String>) -> Self {
        let chat = visitor.known.chat.id.clone();
        Self {
            of_visitor: app.bus.subscribe(Topic::Visitor(chat.clone(), visitor.id.clone())),
            of_chat: app.bus.subscribe(Topic::Chat(chat)),
            queue: VecDeque::new(),
            last_seq: None,
            to_keep: None,
            conversation: None,
            assignee: None,
            form: None,
            sent: HashMap::new(),
            asked_at: None,
            done: HashSet::new(),
            resume,
            look_at: Instant::now() + app.bus.patience(),
            is_live: false,
            ended: false,
            _open: app.metrics.stream_opened(),
            app,
            visitor,
        }
    }

    /// The next event; `None` when the stream ends.
    async fn next(&mut self) -> Option<sse::Event> {
        if self.last_seq.is_none() {
            // What asks the database is on the heap while it does: a stream that waits, as most do, has no room for it.
            Box::pin(self.begin()).await.ok()?;
        }
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            // Whoever takes more has taken what was before.
            Box::pin(self.keep_delivered()).await;
            let lapses_at = self.lapses_at();
            let heard = tokio::select! {
                () = self.app.shutdown.cancelled() => return None,
                heard = self.of_visitor.next() => heard,
                heard = self.of_chat.next() => heard,
                () = tokio::time::sleep_until(self.look_at) => Heard::Missed,
                () = tokio::time::sleep_until(lapses_at) => Heard::Event(Event::VisitorChanged),
            };
            match Box::pin(self.take(heard)).await {
                Ok(()) => {}
                // The page is to look at once, and not when it wonders where the stream went. Where another tab went on as somebody
                // else, that tab must have the time to say so: it stores the new token, and this one would overwrite it.
                Err(VisitError::TokenRevoked) => {
                    self.ended = true;
                    self.queue.clear();
                    self.tell_of_visitor();
                }
                Err(_) => return None,
            }
        }
    }

    /// What a person wrote reached the page. It is a courtesy to the person: where it cannot be kept, nothing is lost.
    async fn keep_delivered(&mut self) {
        if let (Some(seq), Some(id)) = (self.to_keep.take(), &self.conversation) {
            let _ = mark_delivered(&self.app, &self.visitor, id, seq).await;
        }
    }

    /// When the identity lapses by itself; where there is none, not soon.
    fn lapses_at(&self) -> Instant {
        let identity = self.visitor.visitor.as_ref().and_then(|visitor| visitor.identity.as_ref());
        match identity.filter(|_| self.visitor.customer.is_some()) {
            Some(identity) => {
                Instant::now()
                    + identity.expires_at.since(self.app.clock.now())
                    + Duration::from_millis(1)
            }
            None => Instant::now() + NOT_SOON,
        }
    }

    async fn begin(&mut self) -> Result<(), VisitError> {
        // The token was looked at before anybody listened: it may have ended in between.
        self.look_at_visitor().await?;
        let chat = &self.visitor.known.chat.id;
        let mut tx = self.app.store.read().await?;
        let own = tx.conversation_of_visitor(chat, &self.visitor.id).await?;
        let last_reply = match &own {
            Some(own) => tx.last_reply(chat, &own.id).await?,
            None => None,
        };
        let failed = match (&own, &last_reply) {
            (Some(own), Some(last)) => failed(&mut tx, own, last).await?,
            _ => None,
        };
        drop(tx);
        self.last_seq = Some(seq_before(self.resume.take().as_deref(), own.as_ref()));
        self.assignee = own.as_ref().and_then(|own| own.attention.assignee.clone());
        self.conversation = own.map(|own| own.id);
        self.read_messages().await?;
        self.read_drafts();
        let is_running = |reply: &Reply| matches!(reply.state, ReplyState::Running { .. });
        if last_reply.is_some_and(|last| is_running(&last) && !self.sent.contains_key(&last.id)) {
            self.ask_for_drafts();
        }
        if let Some(reply) = failed {
            self.queue.extend(failed_event(&reply));
        }
        Ok(())
    }

    /// # Errors
    /// When the stream must end: its token has, or the database is away, and a new stream will tell.
    async fn take(&mut self, heard: Heard) -> Result<(), VisitError> {
        match heard {
            Heard::Event(Event::MessageAppended | Event::AttentionChanged) => {
                self.take_messages().await?;
            }
            Heard::Event(Event::Typing(Some(operator))) => self.tell_of_typing(operator).await?,
            Heard::Event(Event::ReplyDelta { reply, attempt, offset, text }) => {
                self.take_delta(&reply, attempt, (offset, &text));
            }
            Heard::Event(Event::ReplyFailed { reply }) => {
                self.sent.remove(&reply);
                self.queue.extend(failed_event(&reply));
            }
            Heard::Event(Event::VisitorChanged | Event::ChatChanged) => {
                self.look_at_visitor().await?;
            }
            // For the merchant.
            Heard::Event(
                Event::Attempt(_)
                | Event::PageReported
                | Event::PageSeen(..)
                | Event::Called(..)
                | Event::Read
                | Event::DeskChanged
                | Event::DraftWanted
                | Event::Typing(None),
            ) => {}
            Heard::Missed => self.look_at_all().await?,
        }
        Ok(())
    }

    async fn look_at_all(&mut self) -> Result<(), VisitError> {
        self.look_at = Instant::now() + self.app.bus.patience();
        self.look_at_visitor().await?;
        self.read_messages().await?;
        self.read_drafts();
        Ok(())
    }

    async fn take_messages(&mut self) -> Result<(), VisitError> {
        let began = self.conversation.is_none();
        self.read_messages().await?;
        // After the first message it may be time for the lead form.
        if began && self.conversation.is_some() {
            self.look_at_visitor().await?;
        }
        Ok(())
    }

    /// Looks whether the token still proves anything, and whether the identity changed.
    async fn look_at_visitor(&mut self) -> Result<(), VisitError> {
        let token = &self.visitor.known.chat.widget_token;
        let known = self
            .app
            .chats
            .of_widget(&self.app.store, token)
            .await?
            .ok_or(VisitError::UnknownChat)?;
        let mut tx = self.app.store.read().await?;
        let now = visit::current(&self.app, &mut tx, known, self.visitor.token.clone()).await?;
        let form = visit::lead_form(&mut tx, &now).await?.unwrap_or_default();
        let changed = now.customer != self.visitor.customer
            || now.must_identify() != self.visitor.must_identify()
            || self.form.as_ref().is_some_and(|before| *before != form);
        drop(tx);
        self.form = Some(form);
        self.visitor = now;
        if changed {
            self.tell_of_visitor();
        }
        let own =
            self.visitor.visitor.as_ref().and_then(|visitor| visitor.conversation_id.as_ref());
        if self.conversation.is_some() && self.conversation.as_ref() != own {
            self.read_messages().await?;
        }
        Ok(())
    }

    /// A person has taken over, or gives back: the page is to look again. What was being written is not awaited any more.
    fn tell_of_attention(&mut self) {
        self.sent.clear();
        self.tell_of_visitor();
        self.read_drafts();
    }

    async fn tell_of_typing(&mut self, id: OperatorId) -> Result<(), StoreError> {
        let mut tx = self.app.store.read().await?;
        let account = &self.visitor.known.chat.account_id;
        let operators = Operators::read(&mut tx, account, [id.clone()].into()).await?;
        if let Some(operator) = operators.get(&id) {
            let data = Typing { author_name: operator.shown_name() };
            self.queue.extend(sse::Event::default().event("typing").json_data(data).ok());
        }
        Ok(())
    }

    fn tell_of_visitor(&mut self) {
        self.queue.push_back(sse::Event::default().event("visitor").data("{}"));
    }

    async fn read_messages(&mut self) -> Result<(), StoreError> {
        self.read_new().await?;
        self.is_live = true;
        Ok(())
    }

    async fn read_new(&mut self) -> Result<(), StoreError> {
        let chat = self.visitor.known.chat.id.clone();
        let mut tx = self.app.store.read().await?;
        let own = tx.conversation_of_visitor(&chat, &self.visitor.id).await?;
        self.follow(own.as_ref().map(|own| &own.id));
        let Some(own) = own else { return Ok(()) };
        if self.assignee != own.attention.assignee {
            self.assignee.clone_from(&own.attention.assignee);
            self.tell_of_attention();
        }
        loop {
            let after = self.last_seq.unwrap_or(0);
            let messages = tx.messages(&chat, &own.id, after, BATCH).await?;
            let Some(last) = messages.last() else { return Ok(()) };
            let account = &self.visitor.known.chat.account_id;
            let operators = Operators::who_wrote(&mut tx, account, &messages).await?;
            let by_person = messages.iter().filter(|one| matches!(one.author, Author::Operator(_)));
            self.to_keep = by_person.map(|one| one.seq).max().or(self.to_keep);
            self.last_seq = Some(last.seq);
            for message in &messages {
                self.tell_the_rest(message);
                self.sent.remove(&message.id);
                self.done.insert(message.id.clone());
                let event = sse::Event::default()
                    .event("message")
                    .id(format!("{}.{}", own.id, message.seq));
                self.queue
                    .extend(event.json_data(MessageView::new(message, None, &operators)).ok());
            }
        }
    }

    /// What of a reply was not told piece by piece, because it was finished first: its pieces joined are always its message.
    fn tell_the_rest(&mut self, message: &Message) {
        if self.is_live && message.author == Author::Assistant {
            let sent = self.sent.entry(message.id.clone()).or_default();
            let piece = sent.become_whole(message.text.as_str());
            self.tell_piece(&message.id, piece);
        }
    }

    /// Follows the visitor into another conversation, which it goes on in when what was said before it signed in is parted: its page
    /// is to look again, and gets the other one from its beginning.
    fn follow(&mut self, own: Option<&ConversationId>) {
        let before = std::mem::replace(&mut self.conversation, own.cloned());
        if before.is_some_and(|before| Some(&before) != own) {
            self.tell_of_visitor();
            self.last_seq = Some(0);
            self.is_live = false;
            self.sent.clear();
            self.read_drafts();
        }
    }

    /// What has been written of unfinished replies so far.
    fn read_drafts(&mut self) {
        let drafts = self.app.drafts.of(&self.visitor.known.chat.id, &self.visitor.id);
        for Shown { reply, attempt, text } in drafts {
            self.delta(&reply, attempt, (0, &text));
        }
    }

    /// Has other nodes tell once more what they have of a reply.
    fn ask_for_drafts(&mut self) {
        if self.asked_at.is_none_or(|at| at.elapsed() >= ASK_AGAIN) {
            self.asked_at = Some(Instant::now());
            let chat = self.visitor.known.chat.id.clone();
            let topic = Topic::Visitor(chat, self.visitor.id.clone());
            self.app.bus.publish_away(&topic, &Event::DraftWanted);
        }
    }

    fn take_delta(&mut self, reply: &MessageId, attempt: i64, piece: (usize, &str)) {
        if !self.delta(reply, attempt, piece) {
            // Something in between was missed; the draft has it.
            self.read_drafts();
            self.ask_for_drafts();
        }
    }

    /// Passes on what of a delta was not sent yet, and answers whether nothing before it is missing.
    fn delta(&mut self, reply: &MessageId, attempt: i64, (offset, text): (usize, &str)) -> bool {
        // A person has the conversation: what the assistant still says on another node is not heard.
        if self.done.contains(reply) || self.assignee.is_some() {
            return true;
        }
        let sent = self.sent.entry(reply.clone()).or_default();
        let Ok(piece) = sent.add(attempt, offset, text) else { return false };
        self.tell_piece(reply, piece);
        true
    }

    fn tell_piece(&mut self, reply: &MessageId, piece: Option<(usize, &str)>) {
        if let Some((offset, text)) = piece {
            let data = ReplyDelta { reply_id: reply.as_str(), offset, text };
            self.queue.extend(sse::Event::default().event("delta").json_data(data).ok());
        }
    }
}

/// The number of the last message that a reader knows who gives `resume`, the id of an event.
fn seq_before(resume: Option<&str>, own: Option<&Conversation>) -> i64 {
    let last = own.map_or(0, |own| own.last_seq);
    let Some((id, seq)) = resume.and_then(|id| id.rsplit_once('.')) else { return last };
    // An id of another conversation is of no use here: what this one holds is then all new to the reader.
    match seq.parse() {
        Ok(seq) if own.is_some_and(|own| own.id.as_str() == id) => last.min(seq),
        Ok(_) => 0,
        Err(_) => last,
    }
}

/// The reply to the last message, if it failed and the assistant is still to give it: not where a person has the conversation, or
/// has answered since.
async fn failed(
    tx: &mut ReadTx,
    own: &Conversation,
    last: &Reply,
) -> Result<Option<MessageId>, StoreError> {
    if last.state != ReplyState::Failed || own.attention.assignee.is_some() {
        return Ok(None);
    }
    let since = tx.messages(&own.chat_id, &own.id, last.answers, BATCH).await?;
    let answered = since.iter().any(|message| matches!(message.author, Author::Operator(_)));
    Ok((!answered).then(|| last.id.clone()))
}

fn failed_event(reply: &MessageId) -> Option<sse::Event> {
    let data = ReplyFailed { reply_id: reply.as_str() };
    sse::Event::default().event("reply_failed").json_data(data).ok()
}

#[cfg(test)]
mod tests {
    use domain::chat::Platform;
    use domain::visitor::VisitorToken;
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::app::add_chat::{NewChat, add_chat};
    use crate::app::secret_key::SecretKey;
    use crate::app::send_message::{NewMessage, send_message};
    use crate::assistant::{Assistant, Piece};
    use crate::clock::Clock;
    use crate::config::Config;

    #[derive(clap::Parser)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }

    /// A slow reader comes to the visitor's message when its answer is long finished.
    #[tokio::test]
    async fn the_pieces_of_a_reply_are_its_message_also_for_a_reader_who_is_late() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/test.db", folder.path().display());
        let store = store::Store::open(&url, store::Migration::Apply).await.unwrap();
        let config = <Flags as clap::Parser>::parse_from(["test"]).config;
        let mut app = App::new(store, config, SecretKey::random().unwrap(), Clock::default());
        let pieces = ["Here ", "I am."].map(|text| Piece::Text(text.to_owned()));
        Arc::get_mut(&mut app).unwrap().assistant = Assistant::script([pieces.to_vec()]);
        let new = NewChat {
            account: "default".parse().unwrap(),
            name: "Tea shop".parse().unwrap(),
            platform: Platform::Custom,
        };
        let chat = add_chat(&app, new).await.unwrap();
        let known = visit::chat(&app, chat.widget_token.as_str(), None).await.unwrap();
        let token = VisitorToken::generate(app.clock.now());
        let visitor = visit::visitor(&app, known, Some(token.reveal())).await.unwrap();
        let listen = async || {
            let state = State(app.clone());
            events(state, ThisVisitor(visitor.clone()), HeaderMap::new()).await.into_body()
        };
        let mut body = listen().await;
        let begun = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(begun.as_ref(), b": begun\n\n");
        let more = tokio::time::timeout(Duration::from_millis(300), body.frame()).await;
        assert!(more.is_err(), "there is nothing to hear yet");
        let message = NewMessage {
            client_id: "1".parse().unwrap(),
            text: "Is anybody there?".parse().unwrap(),
            only_verified: false,
            address: [192, 0, 2, 1].into(),
        };
        send_message(&app, &visitor, message).await.unwrap();
        app.tasks.close();
        app.tasks.wait().await;
        let mut heard = Vec::new();
        while heard.len() < 3 {
            let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
            heard.push(String::from_utf8(frame.to_vec()).unwrap());
        }
        assert!(
            heard[0].contains("event: message") && heard[0].contains("\"visitor\""),
            "{heard:?}"
        );
        assert!(heard[1].contains("event: delta"), "{heard:?}");
        assert!(heard[1].contains(r#""offset":0,"text":"Here I am.""#), "{heard:?}");
        assert!(heard[2].contains("event: message") && heard[2].contains("assistant"), "{heard:?}");
    }
}
