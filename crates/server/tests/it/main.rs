//! The whole service, over real HTTP.

mod authority;
mod backend_api;
mod chat;
mod dashboard;
mod identify;
mod interop;
mod limits;
mod openapi;
mod support;
mod switching;
