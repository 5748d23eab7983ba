//! JSON that means one thing only.

use crate::identity::json::{Json, JsonError, Limits, Number, parse_object};

const LIMITS: Limits = Limits { depth: 4, members: 3 };

#[track_caller]
fn check_refused(text: &str, expected: &JsonError) {
    let error = parse_object(text, LIMITS).expect_err(text);
    match (&error, expected) {
        (JsonError::Syntax(_), JsonError::Syntax(_)) => {}
        _ => assert_eq!(error, *expected, "{text}"),
    }
}

#[test]
fn a_request_body_is_read() {
    let text =
        "{\"visitor_token\":\"a\\u0062\",\n\"jwt\":\"x.y.z\",\"more\":[1,-2,2.5,null,true,{}]}";
    let body = parse_object(text, LIMITS).unwrap();
    assert_eq!(body.get("visitor_token").and_then(Json::as_str), Some("ab"));
    assert_eq!(body.get("jwt").and_then(Json::as_str), Some("x.y.z"));
    assert_eq!(body.get("more").and_then(Json::as_str), None);
    assert_eq!(body.get("other"), None);
    let expected: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(body.to_value(), expected);
}

#[test]
fn a_member_that_comes_twice_is_refused_wherever_it_is() {
    let twice = |name: &str| JsonError::Duplicate(name.to_owned());
    check_refused(r#"{"a":1,"a":1}"#, &twice("a"));
    check_refused(r#"{"a":1,"\u0061":1}"#, &twice("a"));
    check_refused(r#"{"":1,"":1}"#, &twice(""));
    check_refused(r#"{"x":[{"y":{"a":1,"a":2}}]}"#, &twice("a"));
    assert!(parse_object(r#"{"a":{"a":1},"A":1,"b":[{"a":1},{"a":1}]}"#, LIMITS).is_ok());
}

#[test]
fn limits_are_kept() {
    assert!(parse_object(r#"{"a":[[[]]]}"#, LIMITS).is_ok());
    let too_deep = JsonError::TooDeep { member: "b".to_owned() };
    check_refused(r#"{"a":1,"b":[[[[]]]]}"#, &too_deep);
    check_refused(r#"{"a":1,"b":{"c":{"c":{"c":{}}}}}"#, &too_deep);
    check_refused(&format!("{{\"b\":{}", "[".repeat(100_000)), &too_deep);
    check_refused(r#"{"a":1,"b":2,"c":3,"d":4}"#, &JsonError::TooManyMembers { member: None });
    let within = JsonError::TooManyMembers { member: Some("x".to_owned()) };
    check_refused(r#"{"x":[{"a":1,"b":2,"c":3,"d":4}]}"#, &within);
}

#[test]
fn what_is_not_one_object_is_refused() {
    for text in ["[]", "null", "1", "\"{}\"", "true", "[{}]"] {
        check_refused(text, &JsonError::NotAnObject);
    }
    for text in [
        "",
        " ",
        "{",
        "{}}",
        "{}{}",
        "{} x",
        "\u{feff}{}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\" 1}",
    ] {
        check_refused(text, &JsonError::Syntax(String::new()));
    }
    for value in [
        "01",
        "1.",
        ".1",
        "-",
        "1e",
        "1e999",
        "NaN",
        "\"\u{1}\"",
        "\"\n\"",
        r#""\x""#,
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800x""#,
    ] {
        check_refused(&format!("{{\"a\":{value}}}"), &JsonError::Syntax(String::new()));
    }
    check_refused(r#"{"a":"\u0000"}"#, &JsonError::Nul);
    check_refused(r#"{"a":["x\u0000y"]}"#, &JsonError::Nul);
    check_refused(r#"{"\u0000":1}"#, &JsonError::Nul);
}

#[test]
fn a_number_knows_whether_a_digit_was_lost() {
    // The strings have digits, quotes and escapes in them, so that the two readings of the text could come apart.
    let text = r#"{"\"1.5":["2.5\\", 7, 0.1, "\\\"3.0000000000000000000001"], "b": [{"c-1": 0.1000000000000000055}, 1.5, -2]}"#;
    let object = parse_object(text, LIMITS).unwrap();
    let Some(Json::Array(first)) = object.get("\"1.5") else { panic!() };
    assert_eq!(first[1], Json::Number(Number::Unsigned(7)));
    assert_eq!(first[2], Json::Number(Number::Float { value: 0.1, exact: true }));
    let Some(Json::Array(second)) = object.get("b") else { panic!() };
    let Json::Object(inner) = &second[0] else { panic!() };
    assert_eq!(inner.get("c-1"), Some(&Json::Number(Number::Float { value: 0.1, exact: false })));
    assert_eq!(second[1], Json::Number(Number::Float { value: 1.5, exact: true }));
    assert_eq!(second[2], Json::Number(Number::Signed(-2)));
}

#[test]
fn a_number_is_exact_if_it_could_be_written_so() {
    let exact = |literal: &str| {
        let text = format!("{{\"n\":{literal}}}");
        match parse_object(&text, LIMITS).unwrap().get("n") {
            Some(Json::Number(Number::Float { exact, .. })) => *exact,
            other => panic!("{other:?}"),
        }
    };
    for literal in [
        "0.0",
        "-0.0",
        "-0",
        "0e0",
        "1e22",
        "1E+22",
        "100000000000000000000000",
        "1.50",
        "-2.5e-3",
        "1.7976931348623157e308",
        "2.2250738585072014e-308",
        "5e-324",
        "9007199254740993.0e0",
    ] {
        let expected = literal != "9007199254740993.0e0";
        assert_eq!(exact(literal), expected, "{literal}");
    }
    for literal in [
        "1e-400",
        "3e-324",
        "0.12345678901234567890",
        "100000000000000000000001",
        "9007199254740993.5",
    ] {
        assert!(!exact(literal), "{literal}");
    }
}
