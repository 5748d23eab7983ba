//! Keys.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::*;
use crate::identity::key::{KeySizeError, PublicKey, PublicKeyError, SigningKeyError};

/// The key and the token of RFC 7520, sections 3.3 and 4.1.
const RFC_N: &str = "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw";
const RFC_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg";

fn jwk(n: &str, e: &str) -> String {
    format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#)
}

fn public(n: &[u8], e: &[u8]) -> Result<PublicKey, PublicKeyError> {
    PublicKey::from_jwk(&jwk(&URL_SAFE_NO_PAD.encode(n), &URL_SAFE_NO_PAD.encode(e)))
}

#[test]
fn the_token_of_rfc_7520_verifies() {
    let rfc = PublicKey::from_jwk(&jwk(RFC_N, "AQAB")).unwrap();
    let (input, signature) = RFC_TOKEN.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let digest =
        |text: &str| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    assert!(rfc.verifies(&digest(input), &signature));
    assert!(!rfc.verifies(&digest(&input[1..]), &signature));
    assert!(!PAIR.public_key().verifies(&digest(input), &signature));
    let set = KeySet::new(vec![IdentificationKey { public_key: rfc, ..keys().keys()[0].clone() }]);
    assert_eq!(judge(&set, RFC_TOKEN, &rules()).map(|_| ()), Err(Reason::PayloadMalformed));
}

#[test]
fn a_key_is_the_same_however_it_came() {
    let key = PAIR.public_key();
    assert_eq!((key.bits(), key.exponent()), (2048, 65_537));
    assert_eq!(key.e(), "AQAB");
    assert_eq!(PublicKey::from_pem(&key.to_pem()).as_ref(), Ok(key));
    assert_eq!(PublicKey::from_spki_der(key.spki_der()).as_ref(), Ok(key));
    assert_eq!(PublicKey::from_jwk(&jwk(&key.n(), &key.e())).as_ref(), Ok(key));
    // SPKI of 2,048 bits has 24 bytes before its RSAPublicKey.
    let pkcs1 = STANDARD.encode(&key.spki_der()[24..]);
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{pkcs1}\n-----END RSA PUBLIC KEY-----");
    assert_eq!(PublicKey::from_pem(&pem).as_ref(), Ok(key));
    let modulus = URL_SAFE_NO_PAD.decode(key.n()).unwrap();
    assert_eq!(public(&[&[0, 0][..], &modulus].concat(), &[0, 1, 0, 1]).as_ref(), Ok(key));
    assert_ne!(STRANGER.public_key(), key);
}

#[test]
fn a_pem_text_is_read_as_people_paste_it() {
    let key = PAIR.public_key();
    let pem = key.to_pem();
    let one_line = pem.replace('\n', "\\n");
    let pasted = [
        pem.replace('\n', "\r\n"),
        one_line.clone(),
        format!("\"{one_line}\""),
        format!("'{pem}'"),
        format!("PUBLIC_KEY=\"{one_line}\","),
        pem.replace('\n', "\\r\\n"),
        pem.replace('\n', " "),
        format!("\u{feff}  {}", pem.replace('\n', "\n    ")),
        pem.trim().to_owned(),
    ];
    for text in pasted {
        assert_eq!(PublicKey::from_pem(&text).as_ref(), Ok(key), "{text}");
    }
    let body = pem.lines().nth(1).unwrap();
    for text in [
        String::new(),
        body.to_owned(),
        pem.replace("-----END", "-----FIN"),
        pem.replace(body, "%%%%"),
    ] {
        assert_eq!(PublicKey::from_pem(&text), Err(PublicKeyError::NotPem), "{text}");
    }
    assert_eq!(PublicKey::from_pem(&pem.replace(body, "")), Err(PublicKeyError::NotRsa));
    let other = |label: &str| PublicKey::from_pem(&pem.replace("PUBLIC KEY", label));
    assert_eq!(other("CERTIFICATE"), Err(PublicKeyError::NotRsa));
    let of = |text: &str| Err(PublicKeyError::OtherPem(text.to_owned()));
    assert_eq!(other("CERTIFICATE REQUEST"), of("CERTIFICATE REQUEST"));
    assert_eq!(other("MIIEvQIBADANBgkqhkiG9w0B/+=x"), of("something else"));
}

#[test]
fn a_private_key_is_no_public_key_and_is_called_so() {
    let private = PAIR.private_key_pem().unwrap();
    assert_eq!(PublicKey::from_pem(private.reveal()), Err(PublicKeyError::Private));
    for label in
        ["RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"]
    {
        let pem = format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----");
        assert_eq!(PublicKey::from_pem(&pem), Err(PublicKeyError::Private));
    }
    let jwk = jwk(RFC_N, "AQAB").replace('}', r#","d":"AAAA"}"#);
    assert_eq!(PublicKey::from_jwk(&jwk), Err(PublicKeyError::Private));
    assert_eq!(PublicKey::from_jwk(r#"{"kty":"oct","k":"AAAA"}"#), Err(PublicKeyError::Private));
}

#[test]
fn a_modulus_has_2048_to_4096_bits() {
    let modulus = |bytes: usize, first: u8| {
        let mut modulus = vec![0x5d; bytes];
        modulus[0] = first;
        modulus
    };
    for (bytes, first, bits) in
        [(128, 0xff, 1024), (256, 0x7f, 2047), (513, 1, 4097), (1024, 0xff, 8192), (0, 0, 0)]
    {
        let modulus = if bytes == 0 { vec![] } else { modulus(bytes, first) };
        assert_eq!(public(&modulus, &[1, 0, 1]), Err(PublicKeyError::Size(bits)));
    }
    for (bytes, bits) in [(256, 2048), (384, 3072), (512, 4096)] {
        assert_eq!(public(&modulus(bytes, 0x80), &[1, 0, 1]).unwrap().bits(), bits);
    }
    assert_eq!(public(&modulus(257, 0x01), &[1, 0, 1]).unwrap().bits(), 2049);
}

#[test]
fn an_exponent_is_odd_and_not_tiny() {
    let modulus = URL_SAFE_NO_PAD.decode(RFC_N).unwrap();
    let refused: [&[u8]; 10] = [
        &[],
        &[0],
        &[1],
        &[3],
        &[17],
        &[1, 0, 0],
        &[0xff, 0xff],
        &[1, 0, 2],
        &[2, 0, 0, 0, 1],
        &[1, 0, 0, 0, 0, 1],
    ];
    for exponent in refused {
        assert_eq!(public(&modulus, exponent), Err(PublicKeyError::Exponent), "{exponent:?}");
    }
    for exponent in [&[1, 0, 1][..], &[1, 0, 3], &[1, 0xff, 0xff, 0xff, 0xff]] {
        assert!(public(&modulus, exponent).is_ok(), "{exponent:?}");
    }
}

#[test]
fn a_key_of_the_faulty_generator_is_refused() {
    // 65537^128, which is what its moduli look like to the test: a power of 65,537 modulo any prime.
    let mut modulus = vec![1_u32];
    for _ in 0..128 {
        let mut carry = 0;
        modulus.push(0);
        for digit in &mut modulus {
            let sum = *digit * 65_537 % 256 + carry % 256;
            carry = carry / 256 + *digit * 65_537 / 256 + sum / 256;
            *digit = sum % 256;
        }
        while carry > 0 {
            modulus.push(carry % 256);
            carry /= 256;
        }
    }
    let modulus: Vec<u8> =
        modulus.iter().rev().map(|&digit| u8::try_from(digit).unwrap()).collect();
    assert_eq!(public(&modulus, &[1, 0, 1]), Err(PublicKeyError::Roca));
}

#[test]
fn a_jwk_is_for_verifying_rs256() {
    let with = |members: &str| {
        PublicKey::from_jwk(&jwk(RFC_N, "AQAB").replace('}', &format!(",{members}}}")))
    };
    for fine in [
        r#""use":"sig""#,
        r#""alg":"RS256""#,
        r#""key_ops":["verify"]"#,
        r#""kid":"x","x5c":["AAAA"]"#,
    ] {
        assert!(with(fine).is_ok(), "{fine}");
    }
    for (wrong, member) in [
        (r#""use":"enc""#, "use"),
        (r#""alg":"RS512""#, "alg"),
        (r#""alg":"RSA-OAEP""#, "alg"),
        (r#""key_ops":["encrypt"]"#, "key_ops"),
        (r#""key_ops":[]"#, "key_ops"),
    ] {
        assert_eq!(with(wrong), Err(PublicKeyError::OtherUse(member)), "{wrong}");
    }
    for text in
        ["", "[]", "{}", r#"{"kty":"EC","n":"AA","e":"AQAB"}"#, r#"{"kty":"RSA","n":7,"e":"AQAB"}"#]
    {
        assert_eq!(PublicKey::from_jwk(text), Err(PublicKeyError::NotRsa), "{text}");
    }
    let twice = jwk(RFC_N, "AQAB").replace('}', r#","e":"AQAB"}"#);
    assert_eq!(PublicKey::from_jwk(&twice), Err(PublicKeyError::NotRsa));
}

#[test]
fn der_that_does_not_fit_is_refused() {
    let der = PAIR.public_key().spki_der();
    for length in 0..der.len() {
        assert_eq!(PublicKey::from_spki_der(&der[..length]), Err(PublicKeyError::NotRsa));
    }
    assert_eq!(PublicKey::from_spki_der(&[der, &[0]].concat()), Err(PublicKeyError::NotRsa));
    // Not one of the bytes that say what kind of key it is may be another.
    for at in 0..32 {
        let mut changed = der.to_vec();
        changed[at] ^= 0x10;
        assert!(PublicKey::from_spki_der(&changed).is_err(), "{at}");
    }
}

#[test]
fn a_fingerprint_is_what_openssl_prints() {
    let rfc = PublicKey::from_jwk(&jwk(RFC_N, "AQAB")).unwrap();
    assert_eq!(
        rfc.fingerprint(),
        "SHA256:62:77:71:f2:5d:a4:26:d1:f9:ae:31:5e:42:10:6d:70:0b:15:29:85:0e:ee:15:92:ac:f3:96:03:95:9d:79:5d"
    );
    assert_eq!(Kid::of(&rfc).as_str(), "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI");
}

#[test]
fn a_pair_of_each_size_signs_and_reads_back() {
    for (bits, size) in
        [(2048, KeySize::Rsa2048), (3072, KeySize::Rsa3072), (4096, KeySize::Rsa4096)]
    {
        assert_eq!(KeySize::try_from(bits), Ok(size));
        let fresh = (size != KeySize::Rsa2048).then(|| SigningKeyPair::generate(size).unwrap());
        let pair = fresh.as_ref().unwrap_or(&PAIR);
        assert_eq!(pair.public_key().bits(), usize::try_from(bits).unwrap());
        let pem = pair.private_key_pem().unwrap();
        assert!(
            pem.reveal().starts_with("-----BEGIN PRIVATE KEY-----\n")
                && pem.reveal().ends_with("-----\n")
        );
        assert!(pem.reveal().lines().all(|line| line.len() <= 64));
        let again = SigningKeyPair::from_pem(pem.reveal()).unwrap();
        assert_eq!(again.public_key(), pair.public_key());
        let set = KeySet::new(vec![key(pair, "k", KeyState::Active)]);
        let jwt = again.sign(Some(&"k".parse().unwrap()), &payload(&[])).unwrap();
        assert!(judge(&set, &jwt, &rules()).is_ok());
    }
    assert_eq!(KeySize::try_from(1024), Err(KeySizeError));
}

#[test]
fn a_private_key_is_read_as_environments_and_files_garble_it() {
    let pem = PAIR.private_key_pem().unwrap();
    let pem = pem.reveal();
    let garbled = [
        pem.replace('\n', "\\n"),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', ""),
        pem.replace('\n', " "),
        format!("\"{}\"", pem.replace('\n', "\\n")),
        format!("'{pem}'"),
        format!("ZIPCHAT_PRIVATE_KEY=\"{}\"\n", pem.replace('\n', "\\r\\n")),
        format!("\u{feff}{pem}"),
        format!("{}{pem}", PAIR.public_key().to_pem()),
    ];
    for text in garbled {
        let read = SigningKeyPair::from_pem(&text);
        assert_eq!(read.map(|pair| pair.public_key().clone()).as_ref(), Ok(PAIR.public_key()));
    }
}

#[test]
fn a_pkcs_1_private_key_is_read() {
    let pem = PAIR.private_key_pem().unwrap();
    let body: String = pem.reveal().lines().filter(|line| !line.starts_with('-')).collect();
    // PKCS#8 of 2,048 bits has 26 bytes before its RSAPrivateKey.
    let pkcs1 = STANDARD.encode(&STANDARD.decode(body).unwrap()[26..]);
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{pkcs1}\n-----END RSA PRIVATE KEY-----\n");
    assert_eq!(SigningKeyPair::from_pem(&pem).unwrap().public_key(), PAIR.public_key());
    let wrong = |text: &str| SigningKeyPair::from_pem(text).unwrap_err();
    assert_eq!(wrong(&PAIR.public_key().to_pem()), SigningKeyError::Public);
    assert_eq!(wrong("nonsense"), SigningKeyError::NotRsa);
    assert_eq!(wrong(&pem.replace("RSA PRIVATE", "EC PRIVATE")), SigningKeyError::NotRsa);
    assert_eq!(wrong(&pem.replace("RSA PRIVATE", "PRIVATE")), SigningKeyError::NotRsa);
}

#[test]
fn secrets_do_not_print() {
    let pem = PAIR.private_key_pem().unwrap();
    assert_eq!(format!("{:?} {pem:?}", *PAIR), "SigningKeyPair(***) PrivateKeyPem(***)");
    let claims = accepted(&[
        ("first_name", "\"Ann\""),
        ("sub", "\"id-7\""),
        ("additional_attributes", r#"{"tier":"gold"}"#),
    ]);
    let printed = format!("{claims:?}");
    for secret in ["Ann", "ann", "id-7", "gold", "tier"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn a_key_set_is_published_as_jwks() {
    let set = KeySet::new(vec![
        key(&PAIR, "main", KeyState::Active),
        key(&STRANGER, "old", KeyState::Revoked),
    ]);
    let jwks = serde_json::to_value(set.jwks(now())).unwrap();
    let expected = serde_json::json!({"keys": [{
        "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "main", "n": PAIR.public_key().n(), "e": "AQAB",
    }]});
    assert_eq!(jwks, expected);
    assert_eq!(&PublicKey::from_jwk(&jwks["keys"][0].to_string()).unwrap(), PAIR.public_key());
}

#[test]
fn kids_and_states_are_read_back() {
    for text in ["a", &"é".repeat(128), &"🔑".repeat(128)] {
        assert_eq!(text.parse::<Kid>().unwrap().as_str(), text);
    }
    for text in ["", &"a".repeat(129), &"🔑".repeat(129)] {
        assert!(text.parse::<Kid>().is_err());
    }
    for state in [KeyState::Active, KeyState::Retired, KeyState::Revoked] {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
    assert!("gone".parse::<KeyState>().is_err());
}
