//! Keeps things. All SQL of the project is here, each statement once, for `SQLite` and `PostgreSQL` alike.
//!
//! A [`ReadTx`] is a consistent view and cannot write; a [`WriteTx`] is about one [`Scope`], and two writes about the same
//! never overlap. Queries are methods on the two, one file a family of tables. Nothing outside this crate sees the driver.

mod accounts;
mod api_keys;
mod chats;
mod conversations;
mod database;
mod error;
mod escalation_mails;
mod health;
mod hooks;
mod identification_keys;
mod identifications;
mod jwks_sources;
mod knowledge;
mod leads;
mod notes;
mod profiles;
mod purchases;
mod record;
mod replies;
mod sessions;
mod visitors;
mod webhooks;
mod writers;

#[cfg(test)]
mod tests;

pub use accounts::OperatorCredentials;
pub use api_keys::{ApiKey, Integration};
pub use conversations::Wanted;
pub use database::{Migration, ReadTx, Scope, Store, WriteTx};
pub use error::StoreError;
pub use escalation_mails::{EscalationMail, MailState};
pub use hooks::{Hook, LeadPost, PendingPosts};
pub use identification_keys::KeyUse;
pub use identifications::{MOST_PAGES, PageReport, UnverifiedWriter};
pub use knowledge::{KnowledgeTotals, SourceClaim};
pub use leads::{Customer, KnownBy};
pub use profiles::LeadNames;
pub use record::{RecordEntry, RecordHead, RecordOf};
pub use sessions::Session;
pub use visitors::{LapsedVisitor, TokenRow, TokenState};
pub use webhooks::{Delivery, MOST_SETTLED, Try, Webhook};

/// What a query answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
