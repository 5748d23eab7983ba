//! The whole service, over real HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics, and so says where")]

mod attempts;
mod authority;
mod backend_api;
mod chat;
mod customers;
mod dashboard;
mod diagnosis;
mod erasing;
mod fake_model;
mod hooks;
mod identify;
mod interop;
mod jwks;
mod keys;
mod knowledge;
mod lead_form;
mod limits;
mod mails;
mod models;
mod openapi;
mod orders;
mod parting;
mod people;
mod postgres;
mod purchases;
mod reading;
mod record;
mod revocation;
mod rollout;
mod samples;
mod streams;
mod support;
mod switching;
mod webhooks;
mod woocommerce;
