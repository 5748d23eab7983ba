//! Whether the service can read and write now.

use std::time::Duration;

use store::{Scope, Store, StoreError};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// For how long an answer holds, so that asking often costs the database nothing.
const HOLDS: Duration = Duration::from_secs(1);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why the service cannot work now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// No reads.
    #[error("the database does not answer")]
    Reads,
    /// Reads, but no writes: a full disk, or a standby.
    #[error("the database takes no writes")]
    Writes,
    /// Neither in time.
    #[error("the database does not answer in time")]
    Slow,
}

/// Remembers the last answer for a moment.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Result<(), NotReady>)>>);

impl Readiness {
    /// Whether `store` can read and write now, or could a second ago. Whoever asks meanwhile waits for the same answer.
    ///
    /// # Errors
    /// [`NotReady`].
    pub async fn check(&self, store: &Store) -> Result<(), NotReady> {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = *last
            && at.elapsed() < HOLDS
        {
            return answer;
        }
        let answer = probe(store).await;
        *last = Some((Instant::now(), answer));
        answer
    }
}

async fn probe(store: &Store) -> Result<(), NotReady> {
    let reads = async { store.read().await?.ping().await };
    answer(timeout(PATIENCE, reads).await, NotReady::Reads)?;
    // Committed, though it changes nothing: what is only rolled back never reaches the disk, and would not notice that it is
    // full.
    let writes = async {
        let mut tx = store.write(Scope::Housekeeping).await?;
        tx.probe().await?;
        tx.commit().await
    };
    answer(timeout(PATIENCE, writes).await, NotReady::Writes)
}

fn answer(
    outcome: Result<Result<(), StoreError>, tokio::time::error::Elapsed>,
    fault: NotReady,
) -> Result<(), NotReady> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(StoreError::ReadOnly)) => {
            tracing::warn!("{}", NotReady::Writes);
            Err(NotReady::Writes)
        }
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "{fault}");
            Err(fault)
        }
        Err(_) => Err(NotReady::Slow),
    }
}

#[cfg(test)]
mod tests {
    use store::Migration;

    use super::*;

    #[tokio::test]
    async fn a_working_database_is_ready_and_a_closed_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("z.db").display());
        let store = Store::open(&url, Migration::Apply).await.unwrap();
        let readiness = Readiness::default();
        assert_eq!(readiness.check(&store).await, Ok(()));
        store.close().await;
        assert_eq!(readiness.check(&store).await, Ok(()), "a second has not passed");
        assert_eq!(Readiness::default().check(&store).await, Err(NotReady::Reads));
    }
}
