//! People are told by mail that they are asked for: once for each escalation, by one node at a time, and not for ever.
//!
//! That a mail is to be sent is written in the transaction that asks for the person, so nothing is forgotten when the service ends.
//! What it says, and to whom, is read when it is sent: so nobody is told of what is settled or erased by then. No transaction is
//! open while the mail server is talked to.

use std::sync::Arc;
use std::time::Duration;

use domain::chat::Chat;
use domain::conversation::{Author, Conversation, Message};
use domain::identity::decide::Standing;
use domain::lead::{Email, PersonName};
use domain::profile::Profile;
use store::{EscalationMail, MailState, ReadTx, Scope, StoreError};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::App;
use crate::app::escalate::told;
use crate::app::people::{self, Operators, Who};
use crate::app::secrets;
use crate::mail::escalation::{Asking, MOST_QUOTED, Report, Said, Vouched, letter};
use crate::mail::{Letter, MailError, WHOLE};

/// A conversation is mailed about no more often than this.
pub const PAUSE: Duration = Duration::from_mins(15);
/// So many conversations of a chat are mailed about in an hour; the others wait. Being a new visitor costs nothing.
pub const MOST_AN_HOUR: i64 = 30;
/// How often it is looked what is due.
const LOOK: Duration = Duration::from_secs(1);
/// How many mails are sent at once.
const AT_ONCE: usize = 4;
/// How many that are due are read at once.
const BATCH: i64 = 8;
/// How long one waits that had too many before it.
const LATER: Duration = Duration::from_mins(10);
/// How long after each failure it is tried again. After the last, a mail is given up: that is within about 24 hours.
const PAUSES: [Duration; 8] = [
    Duration::from_secs(10),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(4),
    Duration::from_hours(8),
    Duration::from_hours(9),
];

/// Sends the mails that are due, until the service ends. Without a mail server there is nothing to do.
pub async fn run(app: Arc<App>) {
    if !app.mail.is_set_up() {
        return;
    }
    let mut sending = JoinSet::new();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => break,
            Some(_) = sending.join_next() => continue,
            _ = ticks.tick() => {}
        }
        for mail in due(&app).await {
            if sending.len() >= AT_ONCE {
                break;
            }
            let app = app.clone();
            sending.spawn(async move {
                if let Err(error) = send(&app, mail).await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "a mail about an escalation is late");
                }
            });
        }
    }
    // What is being sent is finished: broken off, it would be sent twice.
    while sending.join_next().await.is_some() {}
}

async fn due(app: &App) -> Vec<EscalationMail> {
    match app.store.read().await {
        // While the database is away, others say so often enough.
        Ok(mut tx) => tx.due_escalation_mails(app.clock.now(), BATCH).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

async fn send(app: &App, mail: EscalationMail) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(&mail.chat_id)).await?;
    let until = app.clock.now() + CLAIM;
    let claimed = tx.claim_escalation_mail(&mail, until).await?;
    tx.commit().await?;
    let Some(claimed) = claimed else { return Ok(()) };
    let now = app.clock.now();
    let settled = match prepare(app, &claimed).await? {
        Ready::Needless => EscalationMail { state: MailState::Needless, ..claimed.clone() },
        Ready::Later => {
            EscalationMail { due_at: now + LATER, attempts: mail.attempts, ..claimed.clone() }
        }
        Ready::Now(letter, to) => give(app, claimed.clone(), &letter, &to).await,
    };
    app.metrics.escalation_mail(settled.state.as_str());
    let mut tx = app.store.write(Scope::Chat(&mail.chat_id)).await?;
    tx.settle_escalation_mail(&claimed, &settled).await?;
    tx.commit().await
}

/// How long one attempt begins with further addresses; the rest are another attempt's.
const ATTEMPT: Duration = Duration::from_mins(1);
/// How long a claim holds: longer than an attempt may take, and not much, or a node that dies would keep a mail from all others.
const CLAIM: Duration = ATTEMPT.saturating_add(WHOLE).saturating_add(WHOLE);

/// What is to be done with a mail.
enum Ready {
    /// Nothing any more.
    Needless,
    /// There were too many.
    Later,
    /// It is sent to these.
    Now(Letter, Vec<Email>),
}

async fn prepare(app: &App, mail: &EscalationMail) -> Result<Ready, StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let (chat, id) = (&mail.chat_id, &mail.conversation_id);
    let Some(chat) = tx.chat(chat).await? else { return Ok(Ready::Needless) };
    let conversation = tx.conversation(&chat.id, id).await?;
    let wanted = |it: &Conversation| it.attention.is_escalated() && it.attention.assignee.is_none();
    let Some(conversation) = conversation.filter(wanted) else { return Ok(Ready::Needless) };
    if !chat.settings.escalation.mail {
        return Ok(Ready::Needless);
    }
    let hour = now - Duration::from_hours(1);
    if tx.escalation_mails_since(&chat.id, hour).await? >= MOST_AN_HOUR {
        return Ok(Ready::Later);
    }
    let report = report(app, &mut tx, &chat, &conversation).await?;
    Ok(Ready::Now(letter(&report), told(&mut tx, &chat).await?))
}

/// Gives a mail to the server, for each address that has not taken it yet. One that took it is enough: the others are not written to
/// again, unless the server asked for patience before anybody had it.
async fn give(app: &App, mail: EscalationMail, letter: &Letter, to: &[Email]) -> EscalationMail {
    let mut mail = mail;
    let mut failed = to.is_empty().then(|| "no_address".to_owned());
    let mut hopeless = true;
    let began = Instant::now();
    for address in to {
        let hash = secrets::hash(&format!("{} {}", letter.id, address.key().as_str()));
        if mail.taken.contains(&hash) {
            continue;
        }
        if began.elapsed() >= ATTEMPT {
            (failed, hopeless) = (Some(MailError::Slow.code()), false);
            break;
        }
        match app.mail.send(address, letter).await {
            Ok(()) => mail.taken.push(hash),
            Err(error) => {
                hopeless &= error.is_final();
                tracing::warn!(chat = %mail.chat_id, conversation = %mail.conversation_id, problem = error.code(),
                    "a mail about an escalation was not taken");
                failed = Some(error.code());
                if !error.is_final() && !matches!(error, MailError::Busy(_)) {
                    // The server is away: no use in asking it for each address.
                    break;
                }
            }
        }
    }
    let now = app.clock.now();
    let again = usize::try_from(mail.attempts - 1).ok().and_then(|before| PAUSES.get(before));
    mail.problem = failed;
    if !mail.taken.is_empty() {
        mail.sent_at = Some(now);
    }
    match again {
        _ if mail.problem.is_none() => mail.state = MailState::Sent,
        Some(pause) if !hopeless => mail.due_at = now + *pause,
        _ if !mail.taken.is_empty() => mail.state = MailState::Sent,
        _ => mail.state = MailState::Failed,
    }
    mail
}

async fn report(
    app: &App,
    tx: &mut ReadTx,
    chat: &Chat,
    conversation: &Conversation,
) -> Result<Report, StoreError> {
    let most = i64::try_from(MOST_QUOTED).unwrap_or(i64::MAX);
    let after = (conversation.last_seq - most).max(0);
    let messages = tx.messages(&chat.id, &conversation.id, after, most).await?;
    let operators = Operators::who_wrote(tx, &chat.account_id, &messages).await?;
    let who = asking(app, tx, conversation, &messages).await?;
    let attention = &conversation.attention;
    let at = attention.escalated_at.unwrap_or(conversation.last_message_at);
    let url = app.config.public_url();
    Ok(Report {
        chat: chat.name.to_string(),
        by: attention.asked_by.unwrap_or(domain::conversation::AskedBy::Program),
        reason: attention.reason.as_ref().map(|reason| reason.as_str().to_owned()),
        at,
        said: messages.iter().map(|message| said(message, &operators)).collect(),
        link: format!("{url}/chats/{}/conversations/{}", chat.id, conversation.id),
        id: format!("{}.{}", conversation.id, at.as_millis()),
        who,
    })
}

fn said(message: &Message, operators: &Operators) -> Said {
    let author = match &message.author {
        Author::Visitor => "Visitor".to_owned(),
        Author::Assistant => "Assistant".to_owned(),
        Author::Operator(id) => {
            operators.get(id).map_or_else(|| "A person".to_owned(), |it| it.shown_name().to_owned())
        }
    };
    Said {
        author,
        unverified: message.author == Author::Visitor && !message.verified,
        text: message.text.as_str().to_owned(),
        at: message.sent_at,
    }
}

/// Who asks: verified is who was so when they last wrote, and has not been revoked since.
async fn asking(
    app: &App,
    tx: &mut ReadTx,
    conversation: &Conversation,
    messages: &[Message],
) -> Result<Asking, StoreError> {
    let chat = &conversation.chat_id;
    let person = people::of_conversation(tx, conversation).await?;
    match person.map(|person| person.who) {
        Some(Who::Customer(profile)) => {
            let last = messages.iter().rev().find(|message| message.author == Author::Visitor);
            let visitor = tx.visitor(chat, &conversation.visitor_id).await?;
            let known = app.chats.by_id(&app.store, chat).await?;
            let revoked = known.zip(visitor).is_none_or(|(known, visitor)| {
                let (lead, now) = (profile.lead(), app.clock.now());
                known.standing(&visitor, Some(lead), now) == Standing::Revoked
            });
            let verified = !revoked && last.is_some_and(|message| message.verified);
            let vouched = vouched(&profile);
            Ok(if verified { Asking::Verified(vouched) } else { Asking::Lapsed(vouched) })
        }
        Some(Who::Typed(typed)) => {
            let names = [typed.first_name.as_ref(), typed.last_name.as_ref()];
            let name: Vec<&str> = names.into_iter().flatten().map(PersonName::as_str).collect();
            Ok(Asking::Unverified {
                email: Some(typed.email.signed().to_owned()),
                name: Some(name.join(" ")).filter(|name| !name.is_empty()),
                phone: typed.phone_number.as_ref().map(|number| number.as_str().to_owned()),
            })
        }
        None => Ok(Asking::Unverified { email: None, name: None, phone: None }),
    }
}

/// What the shop signed, and nothing that was typed or entered.
fn vouched(profile: &Profile) -> Vouched {
    let lead = profile.lead();
    Vouched {
        name: lead.full_name(),
        email: lead.email.clone(),
        id: lead.stable_id.as_ref().map(|id| id.as_str().to_owned()),
    }
}
