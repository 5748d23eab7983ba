//! Section 1: the token as text and header.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};

use super::*;
use crate::identity::MAX_TOKEN;

#[track_caller]
fn check_text(jwt: &str, expected: Result<(), Reason>) {
    assert_eq!(
        judge(&keys(), jwt, &rules()).map(|_| ()),
        expected,
        "{}",
        &jwt[..jwt.len().min(80)]
    );
}

#[test]
fn a_token_is_three_parts_of_base64url_and_nothing_else() {
    let good = sign(HEADER, &payload(&[]));
    let [header, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    check_text(&good, Ok(()));
    check_text("", Err(Reason::Malformed));
    check_text("abc", Err(Reason::Malformed));
    check_text("..", Err(Reason::Malformed));
    check_text("null", Err(Reason::Malformed));
    check_text(&format!("{header}..{signature}"), Err(Reason::Malformed));
    check_text(&format!(".{body}.{signature}"), Err(Reason::Malformed));
    check_text(&format!("{good}."), Err(Reason::Malformed));
    check_text(&format!("{good}.{signature}"), Err(Reason::Malformed));
    check_text(&format!("{good}.a.b"), Err(Reason::Malformed));
    check_text(&format!("Bearer {good}"), Err(Reason::BearerPrefix));
    check_text(&format!("bearer {good}"), Err(Reason::BearerPrefix));
    check_text(&format!("\"{good}\""), Err(Reason::Quoted));
    check_text(&format!("'{good}'\n"), Err(Reason::Quoted));
    for spaced in [
        format!("{good}\n"),
        format!(" {good}"),
        good.replacen('.', ". ", 1),
        format!("{good}\u{a0}"),
    ] {
        check_text(&spaced, Err(Reason::WhiteSpace));
    }
    check_text(&format!("é{good}"), Err(Reason::Malformed));
    check_text(&format!("{{\"payload\":\"{body}\"}}"), Err(Reason::Malformed));
}

#[test]
fn a_token_that_is_cut_off_is_called_so() {
    let good = sign(HEADER, &payload(&[]));
    let [header, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    check_text(header, Err(Reason::Truncated));
    check_text(&header[..10], Err(Reason::Truncated));
    check_text(&format!("{header}.{body}"), Err(Reason::Truncated));
    check_text(&format!("{header}.{body}."), Err(Reason::Truncated));
    for length in 1..signature.len() {
        check_text(&format!("{header}.{body}.{}", &signature[..length]), Err(Reason::Truncated));
    }
}

#[test]
fn base64url_is_canonical() {
    // Payloads of each length modulo 3, so that there are 0, 2 and 4 spare bits at the end.
    for pad in ["", " ", "  "] {
        let good = sign(HEADER, &(payload(&[]) + pad));
        check_text(&good, Ok(()));
        let [header, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
        let bytes = URL_SAFE_NO_PAD.decode(body).unwrap();
        let spellings = [
            URL_SAFE.encode(&bytes),
            STANDARD.encode(&bytes),
            format!("{body}="),
            with_stray_bit(body),
        ];
        for spelling in spellings.into_iter().filter(|spelling| spelling != body) {
            check_text(&format!("{header}.{spelling}.{signature}"), Err(Reason::Malformed));
        }
        check_text(
            &format!("{header}.{body}.{}", with_stray_bit(signature)),
            Err(Reason::Malformed),
        );
        check_text(&format!("{good}="), Err(Reason::Malformed));
        check_text(&format!("{good}=="), Err(Reason::Malformed));
        check_text(&format!("{header}=.{body}.{signature}"), Err(Reason::Malformed));
        check_text(&good.replace('-', "+").replace('_', "/"), Err(Reason::Malformed));
    }
}

/// `text` with one of the bits set that its last letter does not need; itself if there are none.
fn with_stray_bit(text: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if text.len().is_multiple_of(4) {
        return text.to_owned();
    }
    let (start, last) = text.split_at(text.len() - 1);
    let next = LETTERS.find(last).unwrap() + 1;
    format!("{start}{}", &LETTERS[next..=next])
}

#[test]
fn a_token_has_at_most_16384_bytes() {
    // Both an unsigned and a signed part stay the same; the rest of the token is filled by a claim that means nothing.
    let of_length = |length: usize| {
        let bare = sign(HEADER, &payload(&[("pad", "\"\"")])).len();
        (0..8)
            .map(|more| (length - bare) / 4 * 3 + more)
            .map(|fill| {
                let pad = format!("{:?}", "x".repeat(fill));
                sign(HEADER, &payload(&[("pad", &pad)]))
            })
            .find(|jwt| jwt.len() == length)
    };
    check_text(&of_length(MAX_TOKEN).unwrap(), Ok(()));
    let longer = of_length(MAX_TOKEN + 1).or_else(|| of_length(MAX_TOKEN + 2)).unwrap();
    check_text(&longer, Err(Reason::TooLong));
    check_text(&"a".repeat(MAX_TOKEN + 1), Err(Reason::TooLong));
}

#[test]
fn the_algorithm_is_rs256() {
    for (alg, expected) in [
        ("\"RS256\"", Ok(())),
        ("\"rs256\"", Err(Reason::WrongAlgorithm)),
        ("\"RS384\"", Err(Reason::WrongAlgorithm)),
        ("\"RS512\"", Err(Reason::WrongAlgorithm)),
        ("\"PS256\"", Err(Reason::WrongAlgorithm)),
        ("\"ES256\"", Err(Reason::WrongAlgorithm)),
        ("\"EdDSA\"", Err(Reason::WrongAlgorithm)),
        ("\"HS256\"", Err(Reason::WrongAlgorithm)),
        ("\"RS256 \"", Err(Reason::WrongAlgorithm)),
        ("\"\"", Err(Reason::WrongAlgorithm)),
        ("null", Err(Reason::WrongAlgorithm)),
        ("256", Err(Reason::WrongAlgorithm)),
        ("true", Err(Reason::WrongAlgorithm)),
        ("\"none\"", Err(Reason::AlgorithmNone)),
        ("\"None\"", Err(Reason::AlgorithmNone)),
        ("\"NONE\"", Err(Reason::AlgorithmNone)),
        ("[\"RS256\"]", Err(Reason::HeaderMalformed)),
    ] {
        check_header(&format!(r#"{{"alg":{alg}}}"#), expected);
    }
    check_header(r#"{"typ":"JWT"}"#, Err(Reason::WrongAlgorithm));
    check_header("{}", Err(Reason::WrongAlgorithm));
}

#[test]
fn an_unsigned_token_is_called_so_and_not_cut_off() {
    for alg in ["none", "None", "nOnE"] {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}"}}"#));
        let body = URL_SAFE_NO_PAD.encode(payload(&[]));
        check_text(&format!("{header}.{body}."), Err(Reason::AlgorithmNone));
        check_text(&format!("{header}.{body}"), Err(Reason::AlgorithmNone));
        check_text(&format!("{header}.{body}.AAAA"), Err(Reason::AlgorithmNone));
    }
}

#[test]
fn the_type_is_absent_or_a_jwt() {
    for (typ, expected) in [
        ("\"JWT\"", Ok(())),
        ("\"jwt\"", Ok(())),
        ("\"Jwt\"", Ok(())),
        ("\"application/jwt\"", Ok(())),
        ("\"zipchat-identify+jwt\"", Ok(())),
        ("\"at+jwt\"", Err(Reason::WrongType)),
        ("\"JWS\"", Err(Reason::WrongType)),
        ("\"JOSE\"", Err(Reason::WrongType)),
        ("\"\"", Err(Reason::WrongType)),
        ("\" JWT\"", Err(Reason::WrongType)),
        ("null", Err(Reason::WrongType)),
        ("1", Err(Reason::WrongType)),
        ("false", Err(Reason::WrongType)),
    ] {
        check_header(&format!(r#"{{"alg":"RS256","typ":{typ}}}"#), expected);
    }
    check_header(r#"{"alg":"RS256"}"#, Ok(()));
}

#[test]
fn a_kid_is_a_string_of_1_to_128_characters() {
    let check =
        |kid: &str, expected| check_header(&format!(r#"{{"alg":"RS256","kid":{kid}}}"#), expected);
    for kid in
        ["\"main\"", "\"x\"", "\"http://example.com/keys\"", "\"../key\"", "\" \"", "\"' OR 1=1\""]
    {
        check(kid, Ok(()));
    }
    for kid in ["\"\"", "null", "1", "true"] {
        check(kid, Err(Reason::KidInvalid));
    }
    for letter in ["k", "é", "🔑"] {
        check(&format!("{:?}", letter.repeat(128)), Ok(()));
        check(&format!("{:?}", letter.repeat(129)), Err(Reason::KidInvalid));
    }
    check("[\"main\"]", Err(Reason::HeaderMalformed));
}

#[test]
fn some_header_members_are_refused_with_any_value() {
    let names = ["crit", "b64", "zip", "enc", "cty", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"];
    for name in names {
        for value in
            ["null", "\"\"", "true", "[]", "{}", "[\"exp\"]", "\"JWT\"", "{\"kty\":\"RSA\"}"]
        {
            let header = format!(r#"{{"alg":"RS256","{name}":{value}}}"#);
            check_header(&header, Err(Reason::HeaderMemberNotAllowed));
        }
    }
    // Names are compared as they are after unescaping.
    check_header(r#"{"alg":"RS256","\u006aku":"x"}"#, Err(Reason::HeaderMemberNotAllowed));
    check_header(r#"{"alg":"RS256","JKU":"x"}"#, Ok(()));
}

#[test]
fn a_header_is_a_small_flat_object() {
    check_header(r#"{"alg":"RS256","a":null,"b":1.5,"c":true,"d":"text"}"#, Ok(()));
    check_header(r#"{"alg":"RS256","a":[]}"#, Err(Reason::HeaderMalformed));
    check_header(r#"{"alg":"RS256","a":{}}"#, Err(Reason::HeaderMalformed));
    check_header(r#"[{"alg":"RS256"}]"#, Err(Reason::HeaderMalformed));
    check_header("\"RS256\"", Err(Reason::HeaderMalformed));
    check_header("RS256", Err(Reason::HeaderMalformed));
    let members = |count: usize| {
        let more: Vec<String> = (1..count).map(|n| format!(r#""m{n}":{n}"#)).collect();
        format!(r#"{{"alg":"RS256",{}}}"#, more.join(","))
    };
    check_header(&members(16), Ok(()));
    check_header(&members(17), Err(Reason::HeaderMalformed));
    let sized = |size: usize| {
        let bare = r#"{"alg":"RS256","a":""}"#.len();
        format!(r#"{{"alg":"RS256","a":"{}"}}"#, "x".repeat(size - bare))
    };
    check_header(&sized(2048), Ok(()));
    check_header(&sized(2049), Err(Reason::HeaderMalformed));
}

#[test]
fn a_header_is_strict_json() {
    check_header(r#"{"alg":"RS256","alg":"RS256"}"#, Err(Reason::DuplicateMember));
    check_header(r#"{"alg":"none","\u0061lg":"RS256"}"#, Err(Reason::DuplicateMember));
    check_header("\u{feff}{\"alg\":\"RS256\"}", Err(Reason::HeaderMalformed));
    check_header(r#"{"alg":"RS256"}{}"#, Err(Reason::HeaderMalformed));
    check_header(r#"{"alg":"RS256"} x"#, Err(Reason::HeaderMalformed));
    check_header(" {\"alg\" : \"RS256\"}\r\n", Ok(()));
    check_header(r#"{"alg":"RS256","kid":"a\u0000b"}"#, Err(Reason::HeaderMalformed));
    check_header(r#"{"alg":"RS256","kid":"\ud800"}"#, Err(Reason::HeaderMalformed));
    check_header(r#"{"alg":"RS256",}"#, Err(Reason::HeaderMalformed));
    check_header(r#"{"alg":'RS256'}"#, Err(Reason::HeaderMalformed));
}

#[test]
fn a_payload_has_at_most_64_members_and_6_levels() {
    let members = |count: usize| {
        let more: Vec<String> = (3..count).map(|n| format!(r#","m{n}":{n}"#)).collect();
        let base = payload(&[]);
        format!("{}{}}}", base.strip_suffix('}').unwrap(), more.concat())
    };
    check_payload(&members(64), Ok(()));
    check_payload(&members(65), Err(Reason::PayloadTooLarge));
    // The payload is level 1.
    check_claims(&[("deep", "[[[[[]]]]]")], Ok(()));
    check_claims(&[("deep", "[[[[[[]]]]]]")], Err(Reason::PayloadTooLarge));
    check_claims(&[("deep", r#"{"a":{"a":{"a":{"a":{}}}}}"#)], Ok(()));
    check_claims(&[("deep", r#"{"a":{"a":{"a":{"a":{"a":{}}}}}}"#)], Err(Reason::PayloadTooLarge));
    check_claims(&[("deep", &"[".repeat(4000))], Err(Reason::PayloadTooLarge));
}

#[test]
fn a_payload_is_strict_json() {
    let good = payload(&[]);
    check_payload("[]", Err(Reason::PayloadMalformed));
    check_payload("null", Err(Reason::PayloadMalformed));
    check_payload("ann@example.com", Err(Reason::PayloadMalformed));
    check_payload(&format!("[{good}]"), Err(Reason::PayloadMalformed));
    check_payload(&format!("\u{feff}{good}"), Err(Reason::PayloadMalformed));
    check_payload(&format!("{good}x"), Err(Reason::PayloadMalformed));
    check_payload(&format!("{good}{good}"), Err(Reason::PayloadMalformed));
    check_payload(&format!(" \r\n\t{good} "), Ok(()));
    let twice = [
        (r#"{"email":"ann@example.com","#, true),
        (r#"{"unknown":1,"unknown":2,"#, true),
        (r#"{"unknown":{"a":1,"\u0061":2},"#, true),
        (r#"{"unknown":[{"a":{"b":1,"b":1}}],"#, true),
        (r#"{"additional_attributes":{"a":1,"a":1},"#, true),
        (r#"{"unknown":[{"a":1},{"a":1}],"#, false),
        (r#"{"Email":"bob@example.com","#, false),
    ];
    for (start, refused) in twice {
        let expected = if refused { Err(Reason::DuplicateMember) } else { Ok(()) };
        check_payload(&good.replacen('{', start, 1), expected);
    }
    for bad in [
        r#""a\u0000""#,
        r#"["\u0000"]"#,
        r#"{"\u0000":1}"#,
        r#""\ud83d""#,
        r#""\udd11""#,
        r#""\udd11\ud83d""#,
    ] {
        check_claims(&[("unknown", bad)], Err(Reason::PayloadMalformed));
    }
    check_claims(&[("unknown", r#""\ud83d\udd11""#)], Ok(()));
    for bad in [
        "01",
        "+1",
        ".5",
        "1.",
        "0x1",
        "NaN",
        "Infinity",
        "1e999",
        "-1e999",
        "'a'",
        "True",
        "undefined",
    ] {
        check_claims(&[("unknown", bad)], Err(Reason::PayloadMalformed));
    }
}

#[test]
fn a_payload_is_utf_8() {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
    let pem = PAIR.private_key_pem().unwrap();
    let body: String = pem.reveal().lines().filter(|line| !line.starts_with('-')).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
    let mut bytes = payload(&[("first_name", "\"x\"")]).into_bytes();
    let at = bytes.windows(3).position(|window| window == b"\"x\"").unwrap();
    bytes[at + 1] = 0xe9; // é in ISO 8859-1
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(bytes));
    let mut signature = vec![0; 256];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
    let jwt = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));
    check_text(&jwt, Err(Reason::PayloadMalformed));
}

#[test]
fn only_the_header_of_a_token_with_a_good_signature_is_remembered() {
    let keys = keys();
    let remembered = |keys: &KeySet| keys.usual.get().is_some();
    let refused = STRANGER.sign_parts(HEADER, &payload(&[])).unwrap();
    assert!(judge(&keys, &refused, &rules()).is_err() && !remembered(&keys));
    let named = r#"{"alg":"RS256","kid":"main"}"#;
    let good = sign(named, &payload(&[]));
    assert!(judge(&keys, &good, &rules()).is_ok() && remembered(&keys));
    // Another header is read as ever, also one that begins alike.
    for header in [r#"{"alg":"none","kid":"main"}"#, r#"{"alg":"RS256","kid":"main","crit":[]}"#] {
        assert!(judge(&keys, &sign(header, &payload(&[])), &rules()).is_err(), "{header}");
    }
    assert!(judge(&keys, &sign(HEADER, &payload(&[])), &rules()).is_ok());
    // What it says is known with it: here a key that is gone.
    let other = KeySet::new(vec![key(&PAIR, "other", KeyState::Active)]);
    for _ in 0..2 {
        let verified = other.verify(&good, &rules(), now()).unwrap();
        assert_eq!(verified.warnings, [crate::identity::check::Warning::UnknownKid]);
    }
}

#[test]
fn a_diagnosis_remembers_no_header() {
    let keys = keys();
    for header in [r#"{"alg":"RS256","jku":"https://x"}"#, r#"{"alg":"RS256","typ":"at+jwt"}"#] {
        let jwt = sign(header, &payload(&[]));
        assert!(!keys.inspect(&jwt, &rules(), now()).valid);
        assert!(keys.usual.get().is_none(), "{header}");
        assert!(keys.verify(&jwt, &rules(), now()).is_err(), "{header}");
    }
}
