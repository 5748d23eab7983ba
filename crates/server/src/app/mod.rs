//! What the service does: one use case a file, and nothing about HTTP.

mod account_mails;
mod accounts;
pub mod activate_identification;
pub mod activity;
pub mod add_chat;
pub mod add_operator;
pub mod analytics;
pub mod answer;
pub mod assign;
pub mod attempts;
pub mod audit;
pub mod calls;
pub mod change_customer;
pub mod change_keys;
pub mod change_password;
pub mod change_settings;
pub mod chats;
pub mod check_site;
pub mod contacts;
pub mod crawl;
pub mod create_api_key;
pub mod customers;
pub mod erase_customer;
pub mod escalate;
pub mod escalation_mails;
pub mod export_customer;
pub mod find_customer;
pub mod follow;
pub mod hand_over;
pub mod hooks;
#[cfg(test)]
mod hostile;
pub mod identify;
pub mod inbox;
pub mod inspect_token;
pub mod invitations;
pub mod join;
pub mod jwks;
pub mod key_uses;
pub mod knowledge;
pub mod lead_posts;
pub mod leave;
pub mod limits;
pub mod look_up_order;
pub mod mark_read;
pub mod members;
pub mod name_operator;
pub mod note;
pub mod order_misses;
pub mod orders;
pub mod origins;
pub mod part;
pub mod passkeys;
pub mod passwords;
pub mod people;
pub mod readiness;
pub mod record;
pub mod reply;
pub mod retention;
pub mod revoke_customer;
pub mod rollout;
pub mod search_index;
pub mod search_knowledge;
pub mod second_factor;
pub mod secret_key;
pub mod secrets;
pub mod send_message;
pub mod sessions;
pub mod shared_emails;
pub mod sharing;
pub mod show_card;
pub mod sightings;
pub mod sign_in;
pub mod statistics;
pub mod test_assistant;
pub mod tools;
pub mod track_purchase;
mod turns;
pub mod type_lead;
pub mod typing;
pub mod visit;
pub mod webhook_posts;
pub mod webhooks;
pub mod woocommerce;

use std::sync::Arc;

use store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::activity::Activity;
use crate::app::attempts::Attempts;
use crate::app::calls::Calls;
use crate::app::chats::Chats;
use crate::app::jwks::Refetches;
use crate::app::key_uses::KeyUses;
use crate::app::limits::Limits;
use crate::app::order_misses::OrderMisses;
use crate::app::orders::Breakers;
use crate::app::origins::Origins;
use crate::app::reply::Drafts;
use crate::app::search_knowledge::Indexes;
use crate::app::secret_key::SecretKey;
use crate::app::sightings::Sightings;
use crate::assistant::Assistant;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::config::Config;
use crate::documents::reader::Reader;
use crate::mail::Mail;
use crate::metrics::Metrics;
use crate::outbound::Outbound;

/// The running service: what use cases work with.
#[derive(Debug)]
pub struct App {
    /// What is kept.
    pub store: Store,
    /// The chats lately asked for, with their keys parsed.
    pub chats: Chats,
    /// Tells the other parts of the service to look again.
    pub bus: Bus,
    /// Writes replies.
    pub assistant: Assistant,
    /// What has been written of the replies that are not finished.
    pub drafts: Drafts,
    /// The identifications that wait to be written together.
    pub identifications: identify::Queue,
    /// How often each key verified, until that is written down.
    pub key_uses: KeyUses,
    /// What is counted of what goes on, until that is written down.
    pub activity: Activity,
    /// What became of the last identify calls, and what is counted of them.
    pub attempts: Attempts,
    /// Where the chats' script was seen lately.
    pub sightings: Sightings,
    /// The last calls of the chats' integrations.
    pub calls: Calls,
    /// The way to the mail server.
    pub mail: Mail,
    /// Calls addresses that merchants name.
    pub outbound: Outbound,
    /// Whose keys were lately fetched because of a token.
    pub refetches: Refetches,
    /// Who has called how often.
    pub limits: Limits,
    /// Who asked for orders that are not theirs.
    pub order_misses: OrderMisses,
    /// What lately was searched in.
    pub indexes: Indexes,
    /// Has documents read.
    pub reader: Reader,
    /// From which websites pages called lately.
    pub origins: Origins,
    /// Which order endpoints failed lately.
    pub breakers: Breakers,
    /// Tells the time.
    pub clock: Clock,
    /// What the operator set.
    pub config: Config,
    /// Encrypts merchants' secrets for keeping.
    pub secret_key: SecretKey,
    /// Counts, for `/metrics`.
    pub metrics: Metrics,
    /// Work that outlives the request which began it.
    pub tasks: TaskTracker,
    /// Cancelled when the service is to end.
    pub shutdown: CancellationToken,
}

impl App {
    /// The service on `store`, as `config` has it. Nothing runs yet.
    #[must_use]
    pub fn new(store: Store, config: Config, secret_key: SecretKey, clock: Clock) -> Arc<Self> {
        let bus = Bus::new(&config, &secret_key);
        Arc::new(Self {
            store,
            chats: Chats::default(),
            assistant: Assistant::new(&config.assistant),
            drafts: Drafts::default(),
            identifications: identify::Queue::default(),
            key_uses: KeyUses::default(),
            activity: Activity::default(),
            attempts: Attempts::default(),
            sightings: Sightings::default(),
            calls: Calls::default(),
            mail: Mail::new(&config),
            outbound: Outbound::new(&config.outbound),
            refetches: Refetches::default(),
            limits: Limits::new(&config, bus.salt()),
            bus,
            order_misses: OrderMisses::default(),
            indexes: Indexes::default(),
            reader: Reader::new(config.reader.clone()),
            origins: Origins::default(),
            breakers: Breakers::default(),
            clock,
            config,
            secret_key,
            metrics: Metrics::default(),
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
        })
    }
}
