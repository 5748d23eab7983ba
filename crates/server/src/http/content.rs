//! A message's text as a tree, in the shape that it has outside.

use domain::markdown;
use serde::Serialize;
use utoipa::ToSchema;

/// A block of text: a paragraph, a heading, a list, a numbered list, a block of code, a quotation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(crate) enum Block {
    P {
        c: Vec<Inline>,
    },
    H {
        c: Vec<Inline>,
    },
    #[schema(no_recursion)]
    Ul {
        items: Vec<Vec<Block>>,
    },
    #[schema(no_recursion)]
    Ol {
        start: u64,
        items: Vec<Vec<Block>>,
    },
    Code {
        text: String,
    },
    #[schema(no_recursion)]
    Quote {
        c: Vec<Block>,
    },
}

/// Text within a block: plain, strong, emphasised, code, a link (http, https, mailto or tel), a new line.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "t", rename_all = "lowercase")]
#[schema(no_recursion)]
pub(crate) enum Inline {
    Text { text: String },
    B { c: Vec<Inline> },
    I { c: Vec<Inline> },
    Code { text: String },
    A { href: String, c: Vec<Inline> },
    Br,
}

impl From<markdown::Block> for Block {
    fn from(block: markdown::Block) -> Self {
        match block {
            markdown::Block::P { c } => Self::P { c: each(c) },
            markdown::Block::H { c } => Self::H { c: each(c) },
            markdown::Block::Ul { items } => {
                Self::Ul { items: items.into_iter().map(each).collect() }
            }
            markdown::Block::Ol { start, items } => {
                Self::Ol { start, items: items.into_iter().map(each).collect() }
            }
            markdown::Block::Code { text } => Self::Code { text },
            markdown::Block::Quote { c } => Self::Quote { c: each(c) },
        }
    }
}

impl From<markdown::Inline> for Inline {
    fn from(inline: markdown::Inline) -> Self {
        match inline {
            markdown::Inline::Text { text } => Self::Text { text },
            markdown::Inline::B { c } => Self::B { c: each(c) },
            markdown::Inline::I { c } => Self::I { c: each(c) },
            markdown::Inline::Code { text } => Self::Code { text },
            markdown::Inline::A { href, c } => Self::A { href, c: each(c) },
            markdown::Inline::Br => Self::Br,
        }
    }
}

fn each<This, That: From<This>>(parts: Vec<This>) -> Vec<That> {
    parts.into_iter().map(That::from).collect()
}
