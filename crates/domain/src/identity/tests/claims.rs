//! Section 3: the customer, and the other claims.

use super::*;
use crate::lead::StableId;

#[test]
fn an_email_is_required() {
    check_claims(&[("email", "")], Err(Reason::EmailMissing));
    check_claims(&[("email", "null")], Err(Reason::EmailMissing));
    for wrong in [
        "7",
        "true",
        "[]",
        "{}",
        "[\"ann@example.com\"]",
        "\"\"",
        "\"  \"",
        "\"ann\"",
        "\"Ann <ann@example.com>\"",
    ] {
        check_claims(&[("email", wrong)], Err(Reason::EmailMalformed));
    }
    let email = accepted(&[("email", "\" Ann@Example.COM\\n\"")]).claims.email;
    assert_eq!(email.signed(), "Ann@Example.COM");
    assert_eq!(email.key().as_str(), "ann@example.com");
}

#[test]
fn a_name_is_a_string_of_at_most_200_characters() {
    for name in ["first_name", "last_name"] {
        for (value, expected) in [
            ("", Ok(())),
            ("null", Ok(())),
            ("\"\"", Ok(())),
            ("\"Ann\"", Ok(())),
            ("\"عائشة\"", Ok(())),
            ("7", Err(Reason::NameInvalid)),
            ("true", Err(Reason::NameInvalid)),
            ("[]", Err(Reason::NameInvalid)),
            ("{}", Err(Reason::NameInvalid)),
            ("\"A\\nn\"", Err(Reason::NameInvalid)),
            ("\"A\\u007fn\"", Err(Reason::NameInvalid)),
            ("\"A\\u0085n\"", Err(Reason::NameInvalid)),
        ] {
            check_claims(&[(name, value)], expected);
        }
        check_claims(&[(name, &format!("\"  {}  \"", "é".repeat(200)))], Ok(()));
        check_claims(&[(name, &format!("\"{}\"", "é".repeat(201)))], Err(Reason::NameInvalid));
    }
    let claims = accepted(&[("first_name", "\" Ann \\n\""), ("last_name", "\" \"")]).claims;
    assert_eq!(claims.first_name.unwrap().as_str(), "Ann");
    assert_eq!(claims.last_name, None);
}

#[test]
fn attributes_are_an_object_within_limits() {
    let check = |value: &str, expected| check_claims(&[("additional_attributes", value)], expected);
    for fine in ["null", "{}", r#"{"tier":"gold","n":[1,2.5,null,true],"o":{"p":{}}}"#] {
        check(fine, Ok(()));
    }
    for wrong in ["[]", "\"{}\"", "7", "true", r#"{"":1}"#] {
        check(wrong, Err(Reason::AttributesWrongType));
    }
    let keys = |count| (0..count).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(",");
    check(&format!("{{{}}}", keys(50)), Ok(()));
    check(&format!("{{{}}}", keys(51)), Err(Reason::AttributesTooLarge));
    check(&format!("{{{}}}", keys(65)), Err(Reason::AttributesTooLarge));
    check(&format!("{{\"o\":{{{}}}}}", keys(51)), Err(Reason::AttributesTooLarge));
    check(&format!("{{{:?}:1}}", "é".repeat(64)), Ok(()));
    check(&format!("{{{:?}:1}}", "é".repeat(65)), Err(Reason::AttributesTooLarge));
    check(&format!("{{\"s\":{:?}}}", "é".repeat(2048)), Ok(()));
    check(&format!("{{\"s\":{:?}}}", "é".repeat(2049)), Err(Reason::AttributesTooLarge));
    check(r#"{"a":{"b":{"c":{}}}}"#, Ok(()));
    check(r#"{"a":{"b":{"c":{"d":{}}}}}"#, Err(Reason::AttributesTooDeep));
    check(r#"{"a":[[[]]]}"#, Ok(()));
    check(r#"{"a":[[[[]]]]}"#, Err(Reason::AttributesTooDeep));
    check(r#"{"a":[[[[[[[[]]]]]]]]}"#, Err(Reason::AttributesTooDeep));
}

#[test]
fn attributes_have_at_most_200_values() {
    let check = |value: &str, expected| check_claims(&[("additional_attributes", value)], expected);
    let list = |count| vec!["1"; count].join(",");
    check(&format!("{{\"a\":[{}]}}", list(200)), Ok(()));
    check(&format!("{{\"a\":[{}]}}", list(201)), Err(Reason::AttributesTooLarge));
    check(&format!("{{\"a\":[{}],\"b\":1}}", list(199)), Ok(()));
    check(&format!("{{\"a\":[{}],\"b\":1}}", list(200)), Err(Reason::AttributesTooLarge));
    let empty = |count| vec!["{}"; count].join(",");
    check(&format!("{{\"a\":[{}]}}", empty(200)), Ok(()));
    check(&format!("{{\"a\":[{}]}}", empty(201)), Err(Reason::AttributesTooLarge));
}

#[test]
fn attributes_have_at_most_8_kib_as_compact_json() {
    let sized = |size: usize| {
        let rest = size - r#"{"a":"","b":"","c":"","d":""}"#.len() - 3 * 2048;
        let full = "x".repeat(2048);
        format!(
            "{{ \"a\" : {full:?}, \"b\":{full:?}, \"c\":{full:?},\n\"d\":{:?} }}",
            "x".repeat(rest)
        )
    };
    check_claims(&[("additional_attributes", &sized(8192))], Ok(()));
    check_claims(&[("additional_attributes", &sized(8193))], Err(Reason::AttributesTooLarge));
    let attributes =
        accepted(&[("additional_attributes", &sized(8192))]).claims.attributes.unwrap();
    assert_eq!(attributes.as_json().len(), 8192);
}

#[test]
fn numbers_in_attributes_are_kept_whole_or_refused() {
    for (number, kept) in [
        ("0", "0"),
        ("-1", "-1"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        ("0.1", "0.1"),
        ("0.10", "0.1"),
        ("1e3", "1000.0"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("0.10000000000000001", "0.1"),
        ("1e23", "1e+23"),
        ("5e-324", "5e-324"),
    ] {
        let value = format!("{{\"n\":{number}}}");
        let attributes = accepted(&[("additional_attributes", &value)]).claims.attributes.unwrap();
        assert_eq!(attributes.as_json(), format!("{{\"n\":{kept}}}"));
    }
    for number in [
        "18446744073709551616",
        "12345678901234567890123",
        "0.1000000000000000055",
        "1e-400",
        "3.141592653589793238",
    ] {
        let value = format!("{{\"n\":{number}}}");
        check_claims(&[("additional_attributes", &value)], Err(Reason::AttributesWrongType));
        check_claims(&[("unknown", &value)], Ok(()));
    }
}

#[test]
fn absent_attributes_are_not_the_same_as_none() {
    assert_eq!(accepted(&[]).claims.attributes, None);
    assert_eq!(accepted(&[("additional_attributes", "null")]).claims.attributes, None);
    assert!(accepted(&[("additional_attributes", "{}")]).claims.attributes.unwrap().is_empty());
}

#[test]
fn the_stable_id_is_sub_or_else_an_attribute() {
    let check = |sub: &str, attributes: &str, expected: Option<&str>| {
        let claims = accepted(&[("sub", sub), ("additional_attributes", attributes)]).claims;
        assert_eq!(claims.stable_id.as_ref().map(StableId::as_str), expected, "{sub} {attributes}");
    };
    check("", "", None);
    check("\"a\"", "", Some("a"));
    check("\"a\"", r#"{"user_id":"b"}"#, Some("a"));
    check("", r#"{"user_id":"b","userId":"c"}"#, Some("b"));
    check("", r#"{"userId":"c"}"#, Some("c"));
    check("", r#"{"user_id":7}"#, Some("7"));
    check("", r#"{"user_id":"7"}"#, Some("7"));
    check("", r#"{"user_id":-7}"#, Some("-7"));
    check("", r#"{"user_id":18446744073709551615}"#, Some("18446744073709551615"));
    check("", r#"{"user_id":null,"userId":7}"#, Some("7"));
    for none in ["7.5", "true", "null", "\"\"", "[7]", "{}"] {
        check("", &format!("{{\"user_id\":{none}}}"), None);
    }
    check("", r#"{"o":{"user_id":7}}"#, None);
    check("", &format!("{{\"user_id\":{:?}}}", "x".repeat(255)), Some(&"x".repeat(255)));
    check("", &format!("{{\"user_id\":{:?}}}", "x".repeat(256)), None);
}

#[test]
fn sub_iss_and_jti_are_strings_of_1_to_255_characters() {
    let claims = [
        ("sub", Reason::SubjectInvalid),
        ("iss", Reason::IssuerInvalid),
        ("jti", Reason::TokenIdInvalid),
    ];
    for (name, reason) in claims {
        check_claims(&[(name, "\"x\"")], Ok(()));
        check_claims(&[(name, &format!("{:?}", "é".repeat(255)))], Ok(()));
        check_claims(&[(name, &format!("{:?}", "é".repeat(256)))], Err(reason));
        for wrong in ["\"\"", "7", "null", "true", "[\"x\"]", "{}"] {
            check_claims(&[(name, wrong)], Err(reason));
        }
    }
    let claims = accepted(&[("iss", "\"shop\""), ("jti", "\"1\"")]).claims;
    assert_eq!((claims.issuer.as_deref(), claims.jti.as_deref()), (Some("shop"), Some("1")));
}

#[test]
fn an_audience_names_the_widget_token_or_the_chats_own() {
    for (audience, expected) in [
        (format!("{AUDIENCE:?}"), Ok(())),
        ("\"shop\"".to_owned(), Ok(())),
        (format!("[\"other\",{AUDIENCE:?}]"), Ok(())),
        ("\"other\"".to_owned(), Err(Reason::AudienceMismatch)),
        ("\"\"".to_owned(), Err(Reason::AudienceMismatch)),
        ("\"SHOP\"".to_owned(), Err(Reason::AudienceMismatch)),
        ("[]".to_owned(), Err(Reason::AudienceMismatch)),
        ("[\"other\"]".to_owned(), Err(Reason::AudienceMismatch)),
        ("[\"shop\",7]".to_owned(), Err(Reason::AudienceInvalid)),
        ("[[\"shop\"]]".to_owned(), Err(Reason::AudienceInvalid)),
        ("null".to_owned(), Err(Reason::AudienceInvalid)),
        ("7".to_owned(), Err(Reason::AudienceInvalid)),
        ("{}".to_owned(), Err(Reason::AudienceInvalid)),
    ] {
        check_claims(&[("aud", &audience)], expected);
    }
}

#[test]
fn unknown_claims_mean_nothing() {
    check_claims(
        &[("nonce", "12345678901234567890123"), ("roles", r#"["a",{"b":[]}]"#), ("Exp", "1")],
        Ok(()),
    );
}
