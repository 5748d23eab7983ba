//! `zipchat demo`: the service and a small shop, set up and ready.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use super::serve::listen;
use super::{Outcome, print, signals};
use crate::config::AssistantConfig;
use crate::demo::{Demo as Running, Welcome};
use crate::logging;
use crate::traces::TracesConfig;

/// The flags of `zipchat demo`.
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// Where the service listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,

    /// Where the shop listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8788")]
    shop_listen: SocketAddr,

    /// Where the data are kept; without this folder, the demo begins anew
    #[arg(long, value_name = "FOLDER", default_value = "data/demo")]
    data: PathBuf,

    /// Who writes the assistant's replies.
    #[command(flatten)]
    assistant: AssistantConfig,

    /// What is logged to standard error
    #[arg(long, env = "ZIPCHAT_LOG", value_name = "FILTER", default_value = "warn")]
    log: String,
}

impl Demo {
    pub(super) async fn run(self) -> Outcome {
        let Self { listen: service, shop_listen, data, assistant, log } = self;
        logging::start(&log, &TracesConfig::default())?;
        let service = listen(service, "--listen")?;
        let shop = listen(shop_listen, "--shop-listen")?;
        let shutdown = signals::shutdown()?;
        let demo = Running::set_up(&data, service, shop).await?.with_assistant(assistant);
        print::line(&welcome(demo.welcome()));
        demo.run(shutdown).await?;
        Ok(ExitCode::SUCCESS)
    }
}

fn welcome(to: &Welcome) -> String {
    let Welcome { shop_name, shop_url, service_url, email, password, data, customers } = to;
    let missing = crate::http::assets::missing();
    let missing = missing.map(|missing| format!("\n  Note: {missing}\n")).unwrap_or_default();
    format!(
        "
  {shop_name}, a shop with a chat that knows who is signed in
{missing}
    The shop       {shop_url}
    The dashboard  {service_url}
                   sign in as {email}
                   password   {password}

  Try this:
    1. Open the shop and its chat, at the lower right. You are nobody in particular.
    2. Sign in at the shop as {customers}. The chat greets you by name.
    3. Open the dashboard: your conversation is there, with your email and a verified mark.
    4. Sign out at the shop, and the chat is empty again.

  Everything is kept in {data}. Ctrl-C ends the demo; the next start goes on from here.
"
    )
}
