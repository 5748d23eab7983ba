//! Full-text search over the passages of one chat: which of them answer a question, and what part of them is told.

pub mod excerpt;
pub mod index;
pub mod words;
