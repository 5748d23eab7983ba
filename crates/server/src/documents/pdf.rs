//! PDF to blocks of plain text, page by page.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, PlainTextOutput, output_doc_page};

use super::{Reading, Unreadable, Writer};

/// The most pages that are read.
const MOST_PAGES: u32 = 2_000;

/// Reads a PDF. A page that cannot be read is left out; the rest is read all the same.
pub(super) fn read(bytes: &[u8]) -> Result<Reading, Unreadable> {
    // The libraries give up by panicking where a file is not as they expect.
    let loaded = catch_unwind(|| Document::load_mem(bytes)).map_err(|_| Unreadable::Broken)?;
    let mut document = loaded.map_err(|_| Unreadable::Broken)?;
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(Unreadable::Protected);
    }
    let mut writer = Writer::default();
    for page in document.get_pages().into_keys().take_while(|page| *page <= MOST_PAGES) {
        let mut text = String::new();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            output_doc_page(&document, &mut PlainTextOutput::new(&mut text), page)
        }));
        if !matches!(outcome, Ok(Ok(()))) {
            continue;
        }
        writer.page = Some(page);
        for paragraph in paragraphs(&text) {
            writer.block(&paragraph);
        }
    }
    Ok(writer.finish(title(&document)))
}

/// Lines end where the page does, not where a sentence does: they are joined up to the next empty one.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(open) if !line.is_empty() => {
                let item = line.starts_with(['•', '-', '–', '*', '▪']);
                if !open.is_empty() {
                    open.push(if item { '\n' } else { ' ' });
                }
                open.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

fn title(document: &Document) -> String {
    let title = || {
        let entry = document.trailer.get(b"Info").ok()?;
        let entry = match entry.as_reference() {
            Ok(id) => document.get_object(id).ok()?,
            Err(_) => entry,
        };
        let bytes = entry.as_dict().ok()?.get(b"Title").ok()?.as_str().ok()?;
        Some(match bytes.strip_prefix(b"\xfe\xff") {
            Some(wide) => encoding_rs::UTF_16BE.decode_without_bom_handling(wide).0.into_owned(),
            None => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        })
    };
    title().unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A PDF with these pages, each of these lines; made here, so that a test can say what is in it.
    pub(crate) fn pdf(title: &str, pages: &[&[&str]]) -> Vec<u8> {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            {
                let kids: Vec<String> =
                    (0..pages.len()).map(|at| format!("{} 0 R", 5 + at * 2)).collect();
                format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len())
            },
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
                .to_owned(),
            format!("<< /Title ({title}) >>"),
        ];
        for (at, lines) in pages.iter().enumerate() {
            let shown: Vec<String> =
                lines.iter().map(|line| format!("({line}) Tj 0 -16 Td")).collect();
            let content = format!("BT /F1 12 Tf 72 720 Td {} ET", shown.join(" "));
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
                6 + at * 2
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        }
        let mut pdf = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            places.push(pdf.len());
            pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
        }
        let table = pdf.len();
        let entries: String = places
            .iter()
            .map(|place| format!("{place:010} 00000 n \n"))
            .collect::<Vec<_>>()
            .concat();
        let count = objects.len() + 1;
        pdf.extend(
            format!(
                "xref\n0 {count}\n0000000000 65535 f \n{entries}trailer\n<< /Size {count} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{table}\n%%EOF\n"
            )
            .bytes(),
        );
        pdf
    }

    #[test]
    fn a_pdf_is_read_page_by_page() {
        let bytes =
            pdf("Returns", &[&["Send it back within", "30 days."], &["We pay the postage."]]);
        let reading = read(&bytes).unwrap();
        assert_eq!(reading.title, "Returns");
        let blocks: Vec<(Option<u32>, &str)> =
            reading.blocks.iter().map(|block| (block.page, block.text.as_str())).collect();
        assert_eq!(
            blocks,
            [(Some(1), "Send it back within 30 days."), (Some(2), "We pay the postage.")]
        );
    }

    #[test]
    fn what_is_broken_is_refused_in_words() {
        assert_eq!(read(b"%PDF-1.7 and then nothing"), Err(Unreadable::Broken));
        let mut bytes = pdf("x", &[&["Hello"]]);
        for at in (0..bytes.len()).step_by(7) {
            bytes[at] = b'(';
        }
        let _ = read(&bytes);
    }
}
