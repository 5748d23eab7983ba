//! Passkeys: who holds a device signs in by it alone, and nothing that was seen of one signature is worth anything.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::account::{Person, cookie, post, sign_in};
use crate::support::{PASSWORD, TestServer, error_of};

/// Browsers make passkeys for names only.
pub(crate) const NAMED: [&str; 2] = ["--public-url", "http://localhost:8787"];
const ORIGIN: &str = "http://localhost:8787";
/// Somebody is there, and the device has verified who.
const VERIFIED: u8 = 0b101;

/// A device that makes passkeys, and a passkey on it.
pub(crate) struct Device {
    pair: EcdsaKeyPair,
    id: [u8; 20],
    origin: &'static str,
    flags: u8,
    count: u32,
    user: String,
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Device {
    pub(crate) fn new(id: u8) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { pair, id: [id; 20], origin: ORIGIN, flags: VERIFIED, count: 0, user: String::new() }
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> String {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, b"localhost").as_ref().to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    /// What a browser answers when it is asked to make a passkey.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        options["user"]["id"].as_str().unwrap().clone_into(&mut self.user);
        let mut data = self.head(self.flags | 0x40);
        data.extend([0; 16]);
        data.extend([0, 20]);
        data.extend(self.id);
        // What stands before a point of P-256 in SubjectPublicKeyInfo.
        let mut spki = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00".to_vec();
        spki.extend(self.pair.public_key().as_ref());
        let client_data = self.client_data("webauthn.create", &options["challenge"]);
        json!({ "id": text(self.id), "type": "public-key", "response": {
            "clientDataJSON": text(client_data), "authenticatorData": text(data), "publicKey": text(spki),
            "publicKeyAlgorithm": -7, "transports": ["internal"],
        } })
    }

    /// What a browser answers when it is asked for a passkey.
    fn get(&self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", &options["challenge"]);
        let data = self.head(self.flags);
        let mut signed = data.clone();
        signed.extend(digest(&SHA256, client_data.as_bytes()).as_ref());
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        json!({ "id": text(self.id), "type": "public-key", "response": {
            "clientDataJSON": text(client_data), "authenticatorData": text(data),
            "signature": text(signature), "userHandle": self.user,
        } })
    }
}

/// Adds a passkey to a person: the recovery codes that came with it.
async fn add(person: &Person<'_>, device: &mut Device) -> Vec<String> {
    let options = person.post("/security/passkeys/options", json!({})).await;
    assert_eq!(options.status(), StatusCode::OK);
    let credential = device.create(&options.json().await.unwrap());
    let added =
        person.post("/security/passkeys", json!({ "name": "Laptop", "credential": credential }));
    let added = added.await;
    assert_eq!(added.status(), StatusCode::CREATED);
    let added: Value = added.json().await.unwrap();
    assert_eq!(added["passkey"]["name"], "Laptop");
    let codes = added["recovery_codes"].as_array().unwrap();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

async fn asked(server: &TestServer) -> Value {
    post(server, "/session/passkey/options", json!({})).await.json().await.unwrap()
}

async fn enter(server: &TestServer, credential: Value) -> reqwest::Response {
    post(server, "/session/passkey", credential).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_by_itself_and_each_signature_once() {
    let server = TestServer::start_with(&NAMED).await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let mut laptop = Device::new(1);
    assert_eq!(add(&ada, &mut laptop).await.len(), 10);
    let options = asked(&server).await;
    assert_eq!(options["rpId"], "localhost");
    assert_eq!(options["userVerification"], "required");
    server.clock.advance(Duration::from_secs(20));
    let signed = laptop.get(&options);
    let entered = enter(&server, signed.clone()).await;
    assert_eq!(entered.status(), StatusCode::OK);
    let again = Person { server: &server, cookie: cookie(&entered) };
    let session = again.get("/session").await;
    assert_eq!(session["operator"]["email"], "ada@shop.example");
    assert_eq!(session["second_factors"], json!({ "totp": false, "passkey": true }));
    // Who saw it cannot use it, and neither what was asked before it.
    assert_eq!(error_of(enter(&server, signed).await).await.1, "wrong_passkey");
    let older = laptop.get(&options);
    assert_eq!(error_of(enter(&server, older).await).await.1, "wrong_passkey");
    // A challenge waits for five minutes.
    let options = asked(&server).await;
    server.clock.advance(Duration::from_mins(5));
    assert_eq!(error_of(enter(&server, laptop.get(&options)).await).await.1, "wrong_passkey");
    let shown = &ada.get("/security").await["passkeys"][0];
    assert!(shown["last_used_at"].is_string());
    let log = ada.log().await;
    assert!(log.contains(&"passkey_added".to_owned()), "{log:?}");
    assert!(log.contains(&"sign_in_failed".to_owned()), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_this_passkey_for_this_site_is_refused() {
    let server = TestServer::start_with(&NAMED).await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let bob = Person::new(&server, "bob@shop.example", "owner").await;
    let mut laptop = Device::new(1);
    add(&ada, &mut laptop).await;
    let mut phone = Device::new(2);
    add(&bob, &mut phone).await;
    let refused = async |device: &Device, expected: &str| {
        let signed = device.get(&asked(&server).await);
        assert_eq!(
            error_of(enter(&server, signed).await).await,
            (StatusCode::UNAUTHORIZED, expected.to_owned())
        );
    };
    laptop.origin = "https://chat.evil.example";
    refused(&laptop, "wrong_passkey").await;
    laptop.origin = ORIGIN;
    laptop.flags = 1;
    refused(&laptop, "wrong_passkey").await;
    laptop.flags = VERIFIED;
    // Bob's device says that it is Ada's, and Ada's passkey is signed for by another key.
    let bobs = std::mem::replace(&mut phone.user, laptop.user.clone());
    refused(&phone, "wrong_passkey").await;
    phone.id = laptop.id;
    refused(&phone, "wrong_passkey").await;
    (phone.id, phone.user) = ([2; 20], bobs);
    // A challenge that was given out for another purpose, or by nobody.
    let adding = ada.post("/security/passkeys/options", json!({})).await;
    let adding: Value = adding.json().await.unwrap();
    for challenge in [adding["challenge"].clone(), json!(text("v1:AAAA"))] {
        let signed = laptop.get(&json!({ "challenge": challenge }));
        assert_eq!(error_of(enter(&server, signed).await).await.1, "wrong_passkey");
    }
    // A count that goes back is that of a copy.
    laptop.count = 9;
    assert_eq!(enter(&server, laptop.get(&asked(&server).await)).await.status(), StatusCode::OK);
    server.clock.advance(Duration::from_secs(1));
    laptop.count = 8;
    refused(&laptop, "wrong_passkey").await;
    // Nobody adds by a challenge of somebody else.
    let credential = Device::new(3).create(&adding);
    let body = json!({ "name": "Mine", "credential": credential });
    assert_eq!(error_of(bob.post("/security/passkeys", body).await).await.1, "passkey_refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_passkey_the_password_alone_is_not_enough_for_anything() {
    let server = TestServer::start_with(&NAMED).await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let mut laptop = Device::new(1);
    let codes = add(&ada, &mut laptop).await;
    let password = json!({ "email": "ada@shop.example", "password": PASSWORD });
    let more = sign_in(&server, password.clone()).await;
    assert_eq!(more.status(), StatusCode::ACCEPTED);
    let more: Value = more.json().await.unwrap();
    assert_eq!(more, json!({ "second_factor": { "totp": false, "passkey": true } }));
    let mut with_code = password;
    with_code["code"] = json!(codes[0]);
    assert_eq!(sign_in(&server, with_code).await.status(), StatusCode::OK);
    // A session that was left open.
    server.clock.advance(Duration::from_mins(16));
    let begin = async || ada.post("/security/passkeys/options", json!({})).await;
    assert_eq!(error_of(begin().await).await.1, "step_up_required");
    let proof = ada.post("/session/confirmation", json!({ "password": PASSWORD })).await;
    assert_eq!(error_of(proof).await.1, "second_factor_asked");
    let new = json!({ "current": PASSWORD, "new": "another long password" });
    assert_eq!(error_of(ada.post("/password", new).await).await.1, "step_up_required");
    let wrong = json!({ "passkey": Device::new(2).get(&asked(&server).await) });
    assert_eq!(error_of(ada.post("/session/confirmation", wrong).await).await.1, "wrong_proof");
    let signed = json!({ "passkey": laptop.get(&asked(&server).await) });
    let proven = ada.post("/session/confirmation", signed).await;
    assert_eq!(proven.status(), StatusCode::NO_CONTENT);
    assert_eq!(begin().await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_second_factor_stays_where_the_account_asks_for_one() {
    let server = TestServer::start_with(&NAMED).await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let mut laptop = Device::new(1);
    add(&ada, &mut laptop).await;
    let rule = json!({ "required": true });
    let ruled = ada.call(Method::PUT, "/members/second_factor", rule).await;
    assert_eq!(ruled.status(), StatusCode::NO_CONTENT);
    let path = format!("/security/passkeys/{}", text([1; 20]));
    let remove = async || ada.call(Method::DELETE, &path, json!({})).await;
    assert_eq!(error_of(remove().await).await.1, "second_factor_required");
    let totp = ada.post("/security/totp", json!({})).await;
    let totp: Value = totp.json().await.unwrap();
    let secret = domain::totp::TotpSecret::parse(totp["secret"].as_str().unwrap()).unwrap();
    let code = json!({ "code": secret.code(server.now()) });
    assert_eq!(ada.post("/security/totp/confirmation", code).await.status(), StatusCode::OK);
    assert_eq!(remove().await.status(), StatusCode::NO_CONTENT);
    assert_eq!(remove().await.status(), StatusCode::NO_CONTENT, "gone already is no failure");
    let security = ada.get("/security").await;
    assert_eq!((&security["passkeys"], &security["recovery_codes"]), (&json!([]), &json!(10)));
    assert_eq!(
        error_of(enter(&server, laptop.get(&asked(&server).await)).await).await.1,
        "wrong_passkey"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_called_by_a_number_says_why_it_has_no_passkeys() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    assert_eq!(ada.get("/security").await["passkeys_possible"], false);
    let refused = ada.post("/security/passkeys/options", json!({})).await;
    assert_eq!(error_of(refused).await, (StatusCode::CONFLICT, "passkeys_need_a_name".to_owned()));
}
