//! Public keys as they are handed in, and private ones that must not be.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;
use crate::identity::key::{PublicKey, PublicKeyError};

const SPKI: &str = include_str!("fixtures/rsa.pub");
const PKCS1: &str = include_str!("fixtures/rsa.pkcs1.pub");
/// Self-signed, version 3, with extensions.
const CERTIFICATE: &str = include_str!("fixtures/rsa.crt");
/// Of the same key, version 1, valid for a day in 2026.
const OLD_CERTIFICATE: &str = include_str!("fixtures/rsa-v1.crt");
const JWK: &str = include_str!("fixtures/rsa.jwk");
const EC: &str = include_str!("fixtures/ec.pub");
const EC_CERTIFICATE: &str = include_str!("fixtures/ec.crt");

/// What `openssl` prints of the key in the fixtures.
const FINGERPRINT: &str = "SHA256:6d:53:3f:22:4f:c5:ce:93:2a:34:7e:03:07:76:bb:f5:79:6c:8c:7e:4a:d9:b9:7f:ad:f2:56:c9:71:c8:7b:84";

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

#[test]
fn whatever_tools_write_is_read() {
    let set = format!(r#"{{"keys":[{JWK}]}}"#);
    let forms = [
        SPKI.to_owned(),
        PKCS1.to_owned(),
        CERTIFICATE.to_owned(),
        OLD_CERTIFICATE.to_owned(),
        // A chain: the first is the merchant's.
        format!("{CERTIFICATE}{EC_CERTIFICATE}"),
        format!("{CERTIFICATE}{SPKI}"),
        format!("subject=CN = shop.example\n{CERTIFICATE}"),
        JWK.to_owned(),
        format!("\u{feff}\n  {JWK}"),
        set,
        STANDARD.encode(der(SPKI)),
        STANDARD.encode(der(PKCS1)),
        URL_SAFE_NO_PAD.encode(der(CERTIFICATE)),
        STANDARD.encode(SPKI),
        STANDARD.encode(JWK),
    ];
    for form in forms {
        let garbled = [
            form.clone(),
            form.replace('\n', "\r\n"),
            format!("  {}\n\n", form.trim()),
            form.replace('\n', if form.contains('{') { " " } else { "\\n" }),
        ];
        for text in garbled {
            let key = PublicKey::from_text(&text).map(|key| key.fingerprint());
            assert_eq!(key.as_deref(), Ok(FINGERPRINT), "{text}");
        }
    }
    for text in [format!("\"{}\"", SPKI.replace('\n', "\\n")), SPKI.replace('\n', "")] {
        assert!(PublicKey::from_text(&text).is_ok(), "{text}");
    }
    assert!(NamedKey::from_bytes(&der(CERTIFICATE)).is_ok());
    assert!(NamedKey::from_bytes(CERTIFICATE.as_bytes()).is_ok());
}

#[test]
fn a_jwk_keeps_its_name_and_all_else_is_named_after_its_thumbprint() {
    let kid = |text: &str| NamedKey::from_text(text).unwrap().kid.to_string();
    assert_eq!(kid(JWK), "2026-07");
    let named = |name: &str| kid(&JWK.replace("2026-07", name));
    let own = Kid::of(&NamedKey::from_text(JWK).unwrap().public_key).to_string();
    assert_eq!(named("clé 1"), "clé 1");
    // What a terminal would obey, what turns the line around, and the name that another key has by itself.
    for name in ["\\u001b[2Jx", "a\u{202e}b", "", &"A".repeat(43)] {
        assert_eq!(named(name), own, "{name}");
    }
    let thumbprint = kid(SPKI);
    assert_eq!(thumbprint.len(), 43);
    assert_eq!(kid(CERTIFICATE), thumbprint);
    assert_eq!(kid(&JWK.replace("2026-07", "")), thumbprint);
    assert_eq!(kid(&JWK.replace("\"2026-07\"", "7")), thumbprint);
}

#[test]
fn what_is_no_public_key_is_called_what_it_is() {
    let check = |text: &str, expected: PublicKeyError| {
        assert_eq!(NamedKey::from_text(text), Err(expected), "{text}");
    };
    check("", PublicKeyError::Unrecognised);
    check("hello", PublicKeyError::Unrecognised);
    check("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ me@here", PublicKeyError::Unrecognised);
    check(&STANDARD.encode(STANDARD.encode(SPKI)), PublicKeyError::Unrecognised);
    check("{}", PublicKeyError::NotRsa);
    check("{\"kty\":", PublicKeyError::Unrecognised);
    check(r#"{"keys":[]}"#, PublicKeyError::NotRsa);
    check(r#"{"keys":7}"#, PublicKeyError::NotRsa);
    check(EC, PublicKeyError::NotRsa);
    check(EC_CERTIFICATE, PublicKeyError::NotRsa);
    check(&format!("{SPKI}{EC}"), PublicKeyError::Several(2));
    check(&SPKI.replace("-----END", "-----"), PublicKeyError::NotPem);
    check(
        "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----",
        PublicKeyError::OtherPem("CERTIFICATE REQUEST".to_owned()),
    );
    let whole = der(CERTIFICATE);
    for length in 0..whole.len() {
        assert!(NamedKey::from_bytes(&whole[..length]).is_err());
    }
}

/// The private half of [`PAIR`] in every form that tools give it, and in those that accidents make of them.
fn private_keys() -> Vec<String> {
    let pem = PAIR.private_key_pem().unwrap().reveal().to_owned();
    let pkcs8 = der(&pem);
    // PKCS#8 of 2,048 bits has 26 bytes before its RSAPrivateKey.
    let pkcs1 = &pkcs8[26..];
    // An algorithm, then octets.
    let encrypted = [&[0x30, 0x81, 0x90, 0x30, 2, 6, 0, 4, 0x81, 0x89][..], &[0xa5; 137]].concat();
    let openssh = [b"openssh-key-v1\0".as_slice(), &[0xa5; 200]].concat();
    let labelled = |label: &str, der: &[u8]| {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    };
    let mut all = vec![
        pem.clone(),
        labelled("RSA PRIVATE KEY", pkcs1),
        labelled("ENCRYPTED PRIVATE KEY", &encrypted),
        labelled("EC PRIVATE KEY", &[0x30, 3, 2, 1, 1]),
        labelled("OPENSSH PRIVATE KEY", &openssh),
        format!(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{}",
            STANDARD.encode(pkcs1)
        ),
        // Under a wrong label, behind a public key, cut off, without its label.
        labelled("PUBLIC KEY", &pkcs8),
        labelled("CERTIFICATE", pkcs1),
        format!("{SPKI}{pem}"),
        format!("{CERTIFICATE}{pem}"),
        pem[..900].to_owned(),
        pem.to_lowercase(),
        STANDARD.encode(&pkcs8),
        URL_SAFE_NO_PAD.encode(pkcs1),
        STANDARD.encode(&encrypted),
        STANDARD.encode(&openssh),
        STANDARD.encode(&pem),
        format!(r#"{{"type":"service_account","private_key":"{}"}}"#, pem.replace('\n', "\\n")),
        format!("PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 14\n{}", STANDARD.encode(pkcs1)),
        format!(
            "<RSAKeyValue><Modulus>AA==</Modulus><D>{}</D></RSAKeyValue>",
            STANDARD.encode(pkcs1)
        ),
    ];
    let secret = STANDARD.encode(&pkcs8[400..500]);
    let with = |member: &str| JWK.replace('}', &format!(r#","{member}":"{secret}"}}"#));
    all.extend(["d", "p", "q", "dp", "dq", "qi"].map(with));
    all.push(with("d").replace('}', ",}"));
    all.push(format!(r#"{{"keys":[{JWK},{}]}}"#, with("d")));
    all.push(format!(r#"{{"kty":"oct","k":"{secret}"}}"#));
    all
}

#[test]
fn a_private_key_is_refused_by_name_whatever_it_is_wrapped_in() {
    for text in private_keys() {
        for text in
            [text.clone(), text.replace('\n', "\\n"), format!("\"{text}\""), text.replace('\n', "")]
        {
            let refused = NamedKey::from_text(&text).unwrap_err();
            assert_eq!(refused, PublicKeyError::Private, "{text}");
        }
    }
    let pem = PAIR.private_key_pem().unwrap();
    assert_eq!(NamedKey::from_bytes(&der(pem.reveal())), Err(PublicKeyError::Private));
    assert!(PublicKeyError::Private.to_string().contains("private key"));
}

proptest! {
    #[test]
    fn nothing_that_is_pasted_breaks_the_reader(
        form in 0..6_usize, at in 0..1_000_usize, with in any::<Vec<u8>>(), cut in 0..64_usize,
    ) {
        let forms = [SPKI.into(), CERTIFICATE.into(), JWK.into(), der(SPKI), der(CERTIFICATE), with.clone()];
        let mut bytes: Vec<u8> = forms[form].clone();
        let at = at % bytes.len().max(1);
        bytes.splice(at..bytes.len().min(at + cut), with);
        let _ = NamedKey::from_bytes(&bytes);
        let _ = NamedKey::from_text(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_text_within_texts_is_not_followed_to_its_end() {
    // Each time that its escapes were undone there would be others.
    let text = format!("{{{}{}", "\\".repeat(30_000), "r".repeat(30_000));
    assert_eq!(NamedKey::from_text(&text), Err(PublicKeyError::Unrecognised));
}

#[test]
fn a_refusal_quotes_nothing() {
    let secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    for text in [
        secret.to_owned(),
        format!("-----BEGIN {secret}-----\nAAAA\n-----END {secret}-----"),
        format!("{{\"{secret}\": 1, \"{secret}\": 2}}"),
        format!("{{\"keys\": [{{\"kty\": \"{secret}\"}}], \"{secret}\" }}"),
    ] {
        let error = NamedKey::from_text(&text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}
