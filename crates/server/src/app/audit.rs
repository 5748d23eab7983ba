//! Who did what in an account: written down in the transaction that does it, and read back.

use domain::account::{Account, Operator};
use domain::audit::{AuditEntry, AuditKind, CallOrigin};
use domain::id::{AccountId, AuditId, ChatId, OperatorId};
use domain::time::Timestamp;
use store::{AuditQuery, StoreError, WriteTx};

use crate::app::App;

/// Entries on a page of the log.
pub const PER_PAGE: i64 = 50;
/// Entries in a file, at most: the newest.
pub const MOST_IN_FILE: i64 = 10_000;

/// An operator who does something, and where they call from. At the terminal there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub operator: Operator,
    /// From where.
    pub origin: CallOrigin,
}

impl Actor {
    /// Their id.
    #[must_use]
    pub const fn id(&self) -> &OperatorId {
        &self.operator.id
    }

    /// An entry of what they do in their own account.
    #[must_use]
    pub fn does(&self, kind: AuditKind, now: Timestamp) -> AuditEntry {
        entry(Some(self), &self.operator.account_id, kind, now)
    }
}

/// An entry of what `by` does in `account`.
#[must_use]
pub fn entry(
    by: Option<&Actor>,
    account: &AccountId,
    kind: AuditKind,
    now: Timestamp,
) -> AuditEntry {
    let entry = AuditEntry::new(account.clone(), kind, now);
    let Some(actor) = by else { return entry };
    let entry = AuditEntry {
        operator_id: Some(actor.operator.id.clone()),
        operator_email: Some(actor.operator.email.signed().to_owned()),
        ..entry
    };
    entry.from(&actor.origin)
}

/// Something that is done in a chat.
pub(super) struct Deed<'a> {
    /// What.
    pub(super) kind: AuditKind,
    /// What to: an id.
    pub(super) subject: &'a str,
    /// What more there is to say; empty where that is all.
    pub(super) detail: &'a str,
}

/// Writes down what `by` does in `chat`.
pub(super) async fn append(
    tx: &mut WriteTx,
    by: Option<&Actor>,
    chat: &ChatId,
    deed: Deed<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(chat) = tx.chat(chat).await? else { return Ok(()) };
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let entry = AuditEntry {
        subject: said(deed.subject),
        detail: said(deed.detail),
        ..entry(by, &chat.account_id, deed.kind, now).in_chat(&chat.id)
    };
    tx.append_audit(&entry).await
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Those of this operator.
    pub operator: Option<OperatorId>,
    /// Those of this kind.
    pub kind: Option<AuditKind>,
    /// Those of this time and later.
    pub since: Option<Timestamp>,
    /// Those of before this time.
    pub until: Option<Timestamp>,
    /// Those before this one.
    pub before: Option<AuditId>,
}

/// The entries of `account`, newest first, at most `limit`; and whether there are more.
///
/// # Errors
/// When the database cannot answer.
pub async fn read(
    app: &App,
    account: &Account,
    asked: Asked,
    limit: i64,
) -> Result<(Vec<AuditEntry>, bool), StoreError> {
    let until = asked.until.map(AuditId::first_at);
    let query = AuditQuery {
        operator: asked.operator,
        kind: asked.kind,
        since: asked.since.map(AuditId::first_at),
        before: [until, asked.before].into_iter().flatten().min(),
    };
    let mut tx = app.store.read_replica().await?;
    let mut entries = tx.audit(&account.id, &query, limit + 1).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > most;
    entries.truncate(most);
    Ok((entries, more))
}

/// Entries as a file that tables read: CSV by RFC 4180.
#[must_use]
pub fn csv(entries: &[AuditEntry]) -> String {
    let mut text =
        String::from("at,kind,operator,operator_id,chat_id,subject,detail,address,agent\r\n");
    for entry in entries {
        let at = entry.at.to_string();
        let fields = [
            Some(at.as_str()),
            Some(entry.kind.code()),
            entry.operator_email.as_deref(),
            entry.operator_id.as_ref().map(OperatorId::as_str),
            entry.chat_id.as_ref().map(ChatId::as_str),
            entry.subject.as_deref(),
            entry.detail.as_deref(),
            entry.address.as_deref(),
            entry.agent.as_deref(),
        ];
        let fields: Vec<String> =
            fields.iter().map(|field| quoted(field.unwrap_or_default())).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A field of a table. What a spreadsheet would take for a formula is put in as text: a browser may call itself anything.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    // Some spreadsheets part by semicolons, too.
    if field.contains([',', ';', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_entries_is_quoted_and_holds_no_formula() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let account = AccountId::new(now);
        let mut entry = entry(None, &account, AuditKind::SignedIn, now).about("a,b");
        entry.agent = Some("=HYPERLINK(\"x\")".to_owned());
        let text = csv(&[entry]);
        let line = text.lines().nth(1).unwrap();
        assert_eq!(
            line,
            "2027-01-15T08:00:00.000Z,signed_in,,,,\"a,b\",,,\"'=HYPERLINK(\"\"x\"\")\""
        );
    }
}
