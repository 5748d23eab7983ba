//! The description of the API in the repository is the one that the service gives.

use std::path::Path;

use serde_json::Value;

use crate::support::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn the_description_in_the_repository_is_current() {
    let server = TestServer::start().await;
    let answer = server.get("/api/openapi.json").send().await.unwrap();
    let mut given: Value = answer.json().await.unwrap();
    // In the order of the alphabet, a change of one type is a change in one place.
    given.sort_all_objects();
    let given = format!("{}\n", serde_json::to_string_pretty(&given).unwrap());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &given).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == given,
        "docs/openapi.json is out of date: UPDATE_OPENAPI=1 cargo test -p server --test it openapi"
    );
}
