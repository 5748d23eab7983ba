//! The whole service, over real HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics, and so says where")]

mod authority;
mod backend_api;
mod chat;
mod customers;
mod dashboard;
mod identify;
mod interop;
mod limits;
mod openapi;
mod postgres;
mod support;
mod switching;
