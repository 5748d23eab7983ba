//! Keeps things. All SQL of the project is here, each statement once, for `SQLite` and `PostgreSQL` alike.
//!
//! A [`ReadTx`] is a consistent view and cannot write; a [`WriteTx`] is about one [`Scope`], and two writes about the same
//! never overlap. Queries are methods on the two, one file a family of tables. Nothing outside this crate sees the drivers.

mod accounts;
mod activity;
mod api_keys;
mod at_once;
mod audit;
mod chats;
mod claimants;
mod contacts;
mod conversations;
mod database;
mod error;
mod escalation_mails;
mod health;
mod hooks;
mod identification_keys;
mod identifications;
mod inbox;
mod invitations;
mod jwks_sources;
mod knowledge;
mod leads;
mod migrating;
mod notes;
mod passkeys;
mod postgres;
mod profiles;
mod purchases;
mod record;
mod replica;
mod replies;
mod retention;
mod rows;
mod search;
mod second_factors;
mod sessions;
mod shared_emails;
mod statistics;
mod transfer;
mod visitors;
mod webhooks;
mod writers;
mod writes;

#[cfg(test)]
mod tests;

pub use accounts::{Member, OperatorCredentials};
pub use activity::{COUNTS_KEPT_HOURS, Hours, StepCount, StepSum, hour_of};
pub use api_keys::{ApiKey, Integration};
pub use audit::AuditQuery;
pub use claimants::{Claimant, Claimed, Customer, Known, WriteAbout};
pub use contacts::{Contact, ContactOrder, ContactPlace};
pub use database::{Migration, ReadTx, Scope, Store, WriteTx};
pub use error::StoreError;
pub use escalation_mails::{EscalationMail, MailState};
pub use hooks::{Hook, LeadPost, PendingPosts};
pub use identification_keys::KeyUse;
pub use identifications::{MOST_PAGES, PageReport, UnverifiedWriter};
pub use inbox::{InboxFilter, InboxPlace, InboxView};
pub use invitations::{Invitation, InvitationMail};
pub use knowledge::{KnowledgeTotals, SourceClaim};
pub use leads::KnownBy;
pub use migrating::PendingMigration;
pub use record::{RecordEntry, RecordHead, RecordOf};
pub use replica::{ReplicaReport, ReplicaState};
pub use retention::RetentionSweep;
pub use second_factors::{Totp, WrongCodes};
pub use sessions::{OpenSession, Session};
pub use shared_emails::{Decided, Decision, SharedEmails};
pub use transfer::{TransferError, TransferProgress, TransferredTable, transfer};
pub use visitors::{LapsingVisitor, SeenVisitor, TokenRow, TokenState, TokenUse};
pub use webhooks::{Delivery, MOST_SETTLED, Try, Webhook};
pub use writers::WriteCounts;
pub use writes::Writes;

/// What a query answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
