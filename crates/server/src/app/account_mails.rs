//! Mails to people of an account, with links that let somebody in. A link is kept nowhere, so a mail is tried for some minutes and by
//! the process that made it; where it is given up, a new link is asked for.

use std::time::Duration;

use domain::lead::Email;

use crate::app::App;
use crate::mail::Letter;

/// How long after each failure it is tried again.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_mins(2)];

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// The mail server took it.
    Taken,
    /// It did not.
    GivenUp,
}

/// Gives a mail to the server, and tries again for some minutes.
pub(super) async fn deliver(app: &App, to: &Email, letter: &Letter) -> Delivery {
    let mut pauses = PAUSES.into_iter();
    loop {
        let Err(error) = app.mail.send(to, letter).await else { return Delivery::Taken };
        tracing::warn!(problem = error.code(), "a mail to somebody of an account was not taken");
        let Some(pause) = pauses.next().filter(|_| !error.is_final()) else {
            return Delivery::GivenUp;
        };
        tokio::select! {
            () = app.shutdown.cancelled() => return Delivery::GivenUp,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
