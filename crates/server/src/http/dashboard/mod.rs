//! What the dashboard calls, one file a page.

mod analytics;
mod appearance;
mod assistant;
mod audit;
mod chats;
mod contacts;
mod conversations;
mod customers;
mod hooks;
mod identification;
mod identifications;
mod identifications_by_hour;
mod inbox;
mod integrations;
mod keys;
mod knowledge;
mod live;
mod members;
mod orders;
mod passkeys;
mod purchase_tests;
mod retention;
mod security;
mod session;
mod settings;
mod site_checks;
pub(crate) mod trial;
mod watch;
mod webhooks;

use crate::http::api_router::ApiRouter;

/// The dashboard's routes.
pub(crate) fn routes() -> ApiRouter {
    let routes = session::routes()
        .merge(members::routes())
        .merge(security::routes())
        .merge(passkeys::routes())
        .merge(audit::routes())
        .merge(chats::routes())
        .merge(identification::routes())
        .merge(identifications::routes())
        .merge(identifications_by_hour::routes())
        .merge(settings::routes())
        .merge(retention::routes())
        .merge(analytics::routes())
        .merge(appearance::routes())
        .merge(assistant::routes())
        .merge(trial::routes())
        .merge(keys::routes())
        .merge(orders::routes())
        .merge(hooks::routes())
        .merge(webhooks::routes())
        .merge(integrations::routes())
        .merge(site_checks::routes())
        .merge(purchase_tests::routes())
        .merge(knowledge::routes())
        .merge(inbox::routes())
        .merge(conversations::routes())
        .merge(live::routes())
        .merge(contacts::routes())
        .merge(customers::routes());
    ApiRouter::new().nest("/api/v1", routes)
}
