//! Bytes to text. What a document says of its character set is often wrong; its bytes are not.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How much of a page is looked through for what it says of itself.
const LOOKED_AT: usize = 2_048;

/// A text. `declared` is what came with it.
pub(super) fn text(bytes: &[u8], declared: Option<&str>) -> String {
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    let encoding = match declared {
        // What is whole UTF-8 and not only ASCII is hardly ever anything else, whatever it is said to be.
        _ if is_utf8 && !bytes.is_ascii() => UTF_8,
        Some(encoding) if encoding != UTF_8 || is_utf8 => encoding,
        _ if is_utf8 => UTF_8,
        _ => WINDOWS_1252,
    };
    // A byte-order mark counts before everything else.
    encoding.decode(bytes).0.into_owned()
}

/// A page, which may say itself what it is written in.
pub(super) fn html(bytes: &[u8], declared: Option<&str>) -> String {
    let declared = declared.map(str::to_owned);
    let own = || said(&bytes[..bytes.len().min(LOOKED_AT)]);
    text(bytes, declared.or_else(own).as_deref())
}

/// What follows the first `charset=`, as in `<meta charset="utf-8">`.
fn said(start: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let (_, after) = start.split_once("charset=")?;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    let end = label
        .find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c))
        .unwrap_or(label.len());
    Some(label[..end].to_owned()).filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_before_what_is_said_of_them() {
        let check = |bytes: &[u8], declared: Option<&str>, expected: &str| {
            assert_eq!(text(bytes, declared), expected, "{declared:?}");
        };
        check("Grüße".as_bytes(), None, "Grüße");
        check("Grüße".as_bytes(), Some("iso-8859-1"), "Grüße");
        check(b"Gr\xfc\xdfe", None, "Grüße");
        check(b"Gr\xfc\xdfe", Some("utf-8"), "Grüße");
        check(b"Gr\xfc\xdfe", Some("nonsense"), "Grüße");
        check(b"\x82\xb7\x82\xb5", Some("shift_jis"), "すし");
        check(b"\x1b$B$9$7\x1b(B", Some("iso-2022-jp"), "すし");
        check(b"\xff\xfeH\0i\0", Some("utf-8"), "Hi");
        check(b"\xef\xbb\xbfHi", Some("utf-16le"), "Hi");
        check(b"", Some("utf-8"), "");
    }

    #[test]
    fn a_page_says_what_it_is_written_in() {
        let page = b"<html><meta charset=\"windows-1251\"><p>\xc4\xee\xf1\xf2\xe0\xe2\xea\xe0";
        assert!(html(page, None).ends_with("Доставка"));
        let page = b"<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>\xe4";
        assert!(html(page, None).ends_with('Д'));
        // What came with it counts more.
        assert!(html(b"<meta charset=koi8-r>\xc4", Some("windows-1251")).ends_with('Д'));
    }
}
