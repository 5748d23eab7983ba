//! The description of all routes: made here and kept in `docs/openapi.json`, which the service sends.

use std::path::Path;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};

use crate::app::App;
use crate::app::secret_key::SecretKey;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::dashboard::trial;
use crate::http::events;

/// What the description says beside the routes.
fn about() -> OpenApi {
    let bearer = |text: &str| {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        SecurityScheme::Http(scheme.description(Some(text)).build())
    };
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("zipchat_session")));
    let query = SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::new("api_key")));
    let components = ComponentsBuilder::new()
        // No route names them: an event stream is text to the description.
        .schema_from::<events::ReplyDelta<'_>>()
        .schema_from::<events::ReplyFailed<'_>>()
        .schema_from::<events::Typing<'_>>()
        .schema_from::<trial::TrialDelta>()
        .schema_from::<trial::TrialCall>()
        .schema_from::<trial::TrialOutcome>()
        .schema_from::<trial::TrialAnswer>()
        .schema_from::<trial::TrialFailure>()
        .security_scheme("visitor", bearer("the browser's visitor token"))
        .security_scheme("api_key", bearer("an API key, zc-…"))
        .security_scheme("session", cookie)
        .security_scheme("zapier", query)
        .build();
    let info = InfoBuilder::new()
        .title("Zipchat, self-hosted")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Chats that know whom they are talking to."))
        .build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

#[tokio::test]
async fn the_description_in_the_repository_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/test.db", folder.path().display());
    let store = store::Store::open(&url, store::Migration::Apply).await.unwrap();
    let key = SecretKey::random().unwrap();
    let app = App::new(store, Config::default(), key, Clock::default());
    let described = about().merge_from(super::api(&app).description);
    let mut described = serde_json::to_value(described).unwrap();
    // In the order of the alphabet, a change of one type is a change in one place.
    described.sort_all_objects();
    let described = format!("{}\n", serde_json::to_string_pretty(&described).unwrap());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &described).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == described,
        "docs/openapi.json is out of date: UPDATE_OPENAPI=1 cargo test -p server --lib description"
    );
}
