//! Each test runs on both databases.

mod accounts;
mod activity;
mod at_once;
mod attention;
mod audit;
mod chats;
mod contacts;
mod conversations;
mod hooks;
mod identifications;
mod inbox;
mod invitations;
mod keys;
mod knowledge;
mod leads;
mod plans;
mod profiles;
mod purchases;
mod record;
mod retention;
mod schema;
mod search;
mod second_factors;
mod shared_emails;
mod transfer;
mod visitors;
mod webhooks;
mod writing;

use std::sync::LazyLock;

use domain::account::Account;
use domain::chat::{Chat, Identification, Platform, WidgetToken};
use domain::id::{AccountId, ChatId};
use domain::identity::key::{IdentificationKey, KeySize, KeySource, KeyState, SigningKeyPair};
use domain::time::Timestamp;

use crate::{Migration, Scope, Store};

/// Runs `$body` on `SQLite`, and on `PostgreSQL` where `TEST_POSTGRES_URL` names one; in CI it must.
macro_rules! both {
    ($name:ident, $store:ident => $body:block) => {
        mod $name {
            use super::*;

            async fn body($store: crate::Store) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}/test.db", folder.path().display());
                body(crate::Store::open(&url, crate::Migration::Apply).await.unwrap()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(url) = crate::tests::own_database().await {
                    body(crate::Store::open(&url, crate::Migration::Apply).await.unwrap()).await;
                }
            }
        }
    };
}
pub(crate) use both;

/// A new `PostgreSQL` database for one test, on the server that `TEST_POSTGRES_URL` names.
pub(crate) async fn own_database() -> Option<String> {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "TEST_POSTGRES_URL must be set in CI: use `cargo xtask test`"
        );
        return None;
    };
    Some(Store::create_database(&url).await.unwrap())
}

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

static PAIR: LazyLock<SigningKeyPair> =
    LazyLock::new(|| SigningKeyPair::generate(KeySize::default()).unwrap());

/// A chat of a new account.
async fn a_chat(store: &Store) -> Chat {
    let account = Account {
        id: AccountId::new(NOW),
        name: "Teas".parse().unwrap(),
        second_factor_required: false,
        created_at: NOW,
    };
    let mut tx = store.write(Scope::Installation).await.unwrap();
    if tx.account_named(&account.name).await.unwrap().is_none() {
        tx.add_account(&account).await.unwrap();
    }
    let account = tx.account_named(&account.name).await.unwrap().unwrap();
    let chat = Chat {
        id: ChatId::new(NOW),
        account_id: account.id,
        name: "Tea shop".parse().unwrap(),
        platform: Platform::Custom,
        widget_token: WidgetToken::generate(),
        settings: domain::settings::Settings::default(),
        identification: Identification { active: false, ended_at: None },
        version: 1,
        created_at: NOW,
    };
    tx.add_chat(&chat).await.unwrap();
    tx.commit().await.unwrap();
    chat
}

fn a_key(chat: &ChatId) -> IdentificationKey {
    let key = PAIR.public_key().clone().into();
    IdentificationKey::new(chat.clone(), key, KeySource::Generated, NOW)
}

#[tokio::test]
async fn an_address_of_neither_database_is_refused() {
    let error = Store::open("mysql://localhost/zipchat", Migration::Apply).await.unwrap_err();
    assert!(matches!(error, crate::StoreError::Address), "{error}");
}
