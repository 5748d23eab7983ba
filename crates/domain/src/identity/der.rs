//! As much of DER as an RSA public key needs, and to tell a private one.
//!
//! Source: X.690, sections 8 and 10; RFC 8017, appendix A.1; RFC 5280, section 4.1; RFC 5958, sections 2 and 3.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The version of a certificate, which the oldest ones lack.
const VERSION: u8 = 0xa0;

/// `AlgorithmIdentifier` of `rsaEncryption`: its OID, then NULL.
const RSA_ENCRYPTION: [u8; 13] =
    [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Modulus and exponent of a `SubjectPublicKeyInfo`, big-endian.
pub(super) fn read_spki(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let info = read_only(bytes, SEQUENCE)?;
    let (algorithm, rest) = read(info, SEQUENCE)?;
    let key = read_only(rest, BIT_STRING)?;
    // The first byte of a bit string counts the unused bits of its last.
    match key.split_first()? {
        (0, key) if algorithm == RSA_ENCRYPTION => read_rsa_public_key(key),
        _ => None,
    }
}

/// Modulus and exponent of an `RSAPublicKey`, big-endian.
pub(super) fn read_rsa_public_key(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let key = read_only(bytes, SEQUENCE)?;
    let (modulus, rest) = read(key, INTEGER)?;
    let exponent = read_only(rest, INTEGER)?;
    let positive = |number: &[u8]| number.first().is_some_and(|byte| byte < &0x80);
    (positive(modulus) && positive(exponent)).then_some((modulus, exponent))
}

/// Modulus and exponent of the key that an X.509 certificate is about, big-endian. Nothing else of it is looked at.
pub(super) fn read_certificate(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (signed, _) = read(read_only(bytes, SEQUENCE)?, SEQUENCE)?;
    let rest = read(signed, VERSION).map_or(signed, |(_, rest)| rest);
    let (_, rest) = read(rest, INTEGER)?;
    // The algorithm of the signature, who issued it, when it is valid, and whom it is for.
    let rest = (0..4).try_fold(rest, |rest, _| read(rest, SEQUENCE).map(|(_, rest)| rest))?;
    let (_, after) = read(rest, SEQUENCE)?;
    read_spki(&rest[..rest.len() - after.len()])
}

/// Whether this is a private key: PKCS#8, plain or encrypted, PKCS#1, SEC 1, PKCS#12, or OpenSSH's own form.
///
/// The DER forms but one begin with a version of one byte, which no public key does; the encrypted one is an algorithm and octets.
pub(super) fn is_private(bytes: &[u8]) -> bool {
    let Some((content, _)) = read(bytes, SEQUENCE) else {
        return bytes.starts_with(b"openssh-key-v1");
    };
    let encrypted = read(content, SEQUENCE).and_then(|(_, rest)| read(rest, OCTET_STRING));
    let version = read(content, INTEGER).is_some_and(|(version, _)| version.len() == 1);
    version || encrypted.is_some()
}

/// The `SubjectPublicKeyInfo` of two numbers, big-endian without leading zeros.
pub(super) fn write_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [integer(modulus), integer(exponent)].concat();
    let key = write(SEQUENCE, &numbers);
    let parts = [write(SEQUENCE, &RSA_ENCRYPTION), write(BIT_STRING, &[&[0][..], &key].concat())];
    write(SEQUENCE, &parts.concat())
}

/// The content of the one value with this tag that `bytes` must be.
fn read_only(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    read(bytes, tag).and_then(|(content, rest)| rest.is_empty().then_some(content))
}

/// The content of the value with this tag that `bytes` must begin with, and what follows it.
fn read(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(short), rest),
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        0x82 => (usize::from(*rest.first()?) << 8 | usize::from(*rest.get(1)?), &rest[2..]),
        _ => return None,
    };
    (first == tag && length <= rest.len()).then(|| rest.split_at(length))
}

fn integer(number: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if number.first().is_none_or(|byte| byte >= &0x80) { &[0] } else { &[] };
    write(INTEGER, &[sign, number].concat())
}

/// `content`, at most 65,535 bytes, with its tag and its length.
fn write(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let length = match (high, low) {
        (0, 0..=0x7f) => vec![low],
        (0, _) => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag][..], &length, content].concat()
}
