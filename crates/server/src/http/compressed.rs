//! Files in the forms in which clients take them, compressed once.

use std::io::Write;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Smaller files are sent as they are: a packet is a packet.
const WORTH_IT: usize = 512;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    /// Not at all.
    Identity,
    /// Every client takes it.
    Gzip,
    /// A sixth smaller.
    Brotli,
}

/// How much time compressing may take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effort {
    /// A millisecond: while somebody waits, and for each chat.
    Quick,
    /// Once for all.
    Thorough,
}

/// A file in all its forms.
#[derive(Debug)]
pub(crate) struct Compressed {
    plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

impl Coding {
    /// The best that the client takes.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let lists =
            headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let accepted: Vec<&str> =
            lists.flat_map(|list| list.split(',')).filter_map(taken).collect();
        let takes =
            |name: &str| accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(name));
        match () {
            () if takes("br") => Self::Brotli,
            () if takes("gzip") => Self::Gzip,
            () => Self::Identity,
        }
    }

    /// Its name in headers.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// What tells the entity tags of a file's forms apart.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
        }
    }
}

/// The name in a member of `Accept-Encoding`, unless the client refuses it: `gzip;q=0`.
fn taken(member: &str) -> Option<&str> {
    let mut parts = member.split(';').map(str::trim);
    let name = parts.next()?;
    let refused = parts
        .filter_map(|part| part.strip_prefix("q="))
        .any(|weight| weight.parse() == Ok(0.0_f32));
    (!refused).then_some(name)
}

impl Compressed {
    /// Compresses `plain`.
    pub(crate) fn new(plain: Vec<u8>, effort: Effort) -> Self {
        let smaller = |packed: Vec<u8>| (packed.len() < plain.len()).then(|| Bytes::from(packed));
        let worth_it = plain.len() >= WORTH_IT;
        let gzip = if worth_it { gzip(&plain).and_then(smaller) } else { None };
        let brotli = if worth_it { brotli(&plain, effort).and_then(smaller) } else { None };
        Self { plain: Bytes::from(plain), gzip, brotli }
    }

    /// The file as it was.
    pub(crate) fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// The form for a client that takes `coding`, and which that is.
    pub(crate) fn coded(&self, coding: Coding) -> (Coding, Bytes) {
        let packed = match coding {
            Coding::Identity => None,
            Coding::Gzip => self.gzip.clone(),
            Coding::Brotli => self.brotli.clone(),
        };
        packed.map_or_else(|| (Coding::Identity, self.plain.clone()), |bytes| (coding, bytes))
    }
}

/// `None` where it fails, which writing to memory does not.
fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

/// As [`gzip`].
fn brotli(plain: &[u8], effort: Effort) -> Option<Vec<u8>> {
    let quality = match effort {
        Effort::Quick => 9,
        Effort::Thorough => 11,
    };
    let mut packed = Vec::new();
    {
        let mut encoder = brotli::CompressorWriter::new(&mut packed, 4096, quality, 22);
        encoder.write_all(plain).ok()?;
        encoder.flush().ok()?;
    }
    Some(packed)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_best_that_is_accepted_is_chosen() {
        let check = |accepts: &'static str, expected: Coding| {
            let headers = HeaderMap::from_iter([(
                header::ACCEPT_ENCODING,
                HeaderValue::from_static(accepts),
            )]);
            assert_eq!(Coding::accepted(&headers), expected, "{accepts}");
        };
        check("gzip, deflate, br, zstd", Coding::Brotli);
        check("GZIP", Coding::Gzip);
        check("br;q=0, gzip;q=0.5", Coding::Gzip);
        check("br; q=0.0", Coding::Identity);
        check("", Coding::Identity);
        assert_eq!(Coding::accepted(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let plain = b"export const greeting = 'hello';\n".repeat(100);
        let file = Compressed::new(plain.clone(), Effort::Thorough);
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&file.coded(Coding::Gzip).1[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, plain);
        unpacked.clear();
        brotli::Decompressor::new(&file.coded(Coding::Brotli).1[..], 4096)
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, plain);
    }

    #[test]
    fn what_is_small_stays_as_it_is() {
        let file = Compressed::new(b"a".to_vec(), Effort::Quick);
        assert_eq!(file.coded(Coding::Brotli), (Coding::Identity, Bytes::from_static(b"a")));
    }
}
