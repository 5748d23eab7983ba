//! What the words mean.
//!
//! This crate parses, verifies and decides. It does no I/O, reads no clock and is not async, so that each of its rules can be
//! tested by a table. Whatever enters the service is parsed here into a type that cannot be wrong.
//!
//! | module | words |
//! | --- | --- |
//! | [`id`] | the ids of everything |
//! | [`time`] | points in time and spans |
//! | [`account`] | who pays and signs in |
//! | [`appearance`] | what the widget looks like and says |
//! | [`audit`] | who did what in an account |
//! | [`passkey`] | what an operator's device proves by a signature |
//! | [`totp`] | codes of an authenticator app |
//! | [`chat`] | one assistant on one website, and its settings |
//! | [`visitor`] | one browser, its token, and whom it is known to be |
//! | [`lead`] | a known person: email, names, attributes |
//! | [`profile`] | what is known of a person field by field, and where it came from |
//! | [`conversation`] | messages, replies |
//! | [`order`] | the number of an order |
//! | [`knowledge`] | what an assistant may read up, in passages |
//! | [`markdown`] | a message's text as a typed tree |
//! | [`purchase`] | what was bought |
//! | [`activity`] | what is counted of a chat |
//! | [`record`] | what happened to identities, sealed in a chain |
//! | [`webhook`] | what a merchant's programs are told of |
//! | [`search`] | what texts are found by, and the part of them that was found |
//! | [`identity`] | the strict token profile: keys, claims, verification, and what follows from it |

pub mod account;
pub mod activity;
pub mod appearance;
pub mod audit;
pub mod chat;
pub mod conversation;
pub mod id;
pub mod identity;
pub mod knowledge;
pub mod lead;
pub mod markdown;
pub mod order;
pub mod passkey;
pub mod profile;
pub mod purchase;
pub mod record;
pub mod search;
pub mod settings;
pub mod time;
pub mod totp;
pub mod visitor;
pub mod webhook;

/// Fills `bytes` with random bits from the operating system.
pub(crate) fn random_bytes(bytes: &mut [u8]) {
    #[expect(
        clippy::expect_used,
        reason = "a system without random bits cannot run this service safely at all"
    )]
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives random bytes");
}
