//! Who was asked to join an account, and ways to a new password: both are let in by a token that is kept as a hash only.

use domain::account::{Operator, Role};
use domain::id::{AccountId, InvitationId, OperatorId};
use domain::lead::{Email, EmailKey};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// Somebody was asked to join an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The account.
    pub account_id: AccountId,
    /// Its id.
    pub id: InvitationId,
    /// Who.
    pub email: Email,
    /// What they will be allowed to do.
    pub role: Role,
    /// Who asked them.
    pub invited_by: OperatorId,
    /// What became of the mail.
    pub mail: InvitationMail,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What became of an invitation's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationMail {
    /// There is no mail server.
    Off,
    /// It is being sent.
    Waiting,
    /// The mail server took it.
    Sent,
    /// It did not.
    Failed,
}

impl InvitationMail {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    account_id: String,
    id: String,
    email: String,
    role: String,
    invited_by: String,
    mail: String,
    created_at: i64,
    expires_at: i64,
}

impl ReadTx {
    /// The invitations of an account, the newest first; at most 1,000. Those that have lapsed are among them.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be an invitation.
    pub async fn invitations(&mut self, account: &AccountId) -> Result<Vec<Invitation>> {
        let query = "SELECT account_id, id, email, role, invited_by, mail, created_at, expires_at
                     FROM invitations WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1000";
        let rows: Vec<InvitationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(account.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Invitation::try_from).collect()
    }

    /// An invitation, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be an invitation.
    pub async fn invitation(
        &mut self,
        account: &AccountId,
        id: &InvitationId,
    ) -> Result<Option<Invitation>> {
        let query = "SELECT account_id, id, email, role, invited_by, mail, created_at, expires_at
                     FROM invitations WHERE account_id = $1 AND id = $2";
        let row: Option<InvitationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(account.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Invitation::try_from).transpose()
    }

    /// The invitation of `email` to an account, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be an invitation.
    pub async fn invitation_of(
        &mut self,
        account: &AccountId,
        email: &EmailKey,
    ) -> Result<Option<Invitation>> {
        let query = "SELECT account_id, id, email, role, invited_by, mail, created_at, expires_at
                     FROM invitations WHERE account_id = $1 AND email_key = $2";
        let row: Option<InvitationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(account.as_str()).bind(email.as_str()).fetch_optional(db).await?);
        row.map(Invitation::try_from).transpose()
    }

    /// The invitation that the token with this hash lets in by, if it lasts at `now`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be an invitation.
    pub async fn invitation_with_token(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<Invitation>> {
        let query = "SELECT i.account_id, i.id, i.email, i.role, i.invited_by, i.mail, i.created_at, i.expires_at
                     FROM invitation_tokens t
                     JOIN invitations i ON i.account_id = t.account_id AND i.id = t.invitation_id
                     WHERE t.token_hash = $1 AND i.expires_at > $2";
        let row: Option<InvitationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(token_hash).bind(now.as_millis()).fetch_optional(db).await?);
        row.map(Invitation::try_from).transpose()
    }

    /// Whose password the token with this hash may set, if it lasts at `now`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row names nobody.
    pub async fn password_reset(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<(AccountId, OperatorId)>> {
        let query = "SELECT account_id, operator_id FROM password_resets WHERE token_hash = $1 AND expires_at > $2";
        let row: Option<(String, String)> = sql!(self, db => sqlx::query_as(query)
            .bind(token_hash).bind(now.as_millis()).fetch_optional(db).await?);
        row.map(|(account, operator)| {
            const TABLE: &str = "password_resets";
            let account = account.parse().map_err(StoreError::corrupt(TABLE, "account_id"))?;
            let operator = operator.parse().map_err(StoreError::corrupt(TABLE, "operator_id"))?;
            Ok((account, operator))
        })
        .transpose()
    }

    /// How many ways to a new password an operator was given at `since` or later.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn password_resets_since(
        &mut self,
        operator: &Operator,
        since: Timestamp,
    ) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM password_resets WHERE account_id = $1 AND operator_id = $2 AND created_at >= $3";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(since.as_millis())
            .fetch_one(db).await?))
    }
}

impl WriteTx {
    /// Keeps an invitation with the hash of the token that lets in by it. An earlier token of the same invitation is worth nothing
    /// any more.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when the email is asked to join by another invitation.
    pub async fn put_invitation(
        &mut self,
        invitation: &Invitation,
        token_hash: &str,
    ) -> Result<()> {
        let query = "INSERT INTO invitations (account_id, id, email, email_key, role, invited_by, mail, created_at, expires_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     ON CONFLICT (account_id, id) DO UPDATE SET
                        role = excluded.role, invited_by = excluded.invited_by, mail = excluded.mail,
                        expires_at = excluded.expires_at";
        sql!(self, db => sqlx::query(query)
            .bind(invitation.account_id.as_str()).bind(invitation.id.as_str())
            .bind(invitation.email.signed()).bind(invitation.email.key().as_str())
            .bind(invitation.role.as_str()).bind(invitation.invited_by.as_str())
            .bind(invitation.mail.as_str()).bind(invitation.created_at.as_millis())
            .bind(invitation.expires_at.as_millis()).execute(db).await.map(drop)?);
        let query = "DELETE FROM invitation_tokens WHERE account_id = $1 AND invitation_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(invitation.account_id.as_str()).bind(invitation.id.as_str()).execute(db).await.map(drop)?);
        let query = "INSERT INTO invitation_tokens (token_hash, account_id, invitation_id) VALUES ($1, $2, $3)";
        sql!(self, db => sqlx::query(query)
            .bind(token_hash).bind(invitation.account_id.as_str()).bind(invitation.id.as_str())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps what became of an invitation's mail, unless it was renewed meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_invitation_mail(
        &mut self,
        invitation: &Invitation,
        mail: InvitationMail,
    ) -> Result<()> {
        let query = "UPDATE invitations SET mail = $3 WHERE account_id = $1 AND id = $2 AND expires_at = $4";
        sql!(self, db => sqlx::query(query)
            .bind(invitation.account_id.as_str()).bind(invitation.id.as_str()).bind(mail.as_str())
            .bind(invitation.expires_at.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Deletes an invitation, with what lets in by it; answers whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_invitation(
        &mut self,
        account: &AccountId,
        id: &InvitationId,
    ) -> Result<bool> {
        let query = "DELETE FROM invitations WHERE account_id = $1 AND id = $2";
        Ok(sql!(self, db => sqlx::query(query).bind(account.as_str()).bind(id.as_str())
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Keeps a way to a new password, by a token's hash, until `expires_at`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_password_reset(
        &mut self,
        operator: &Operator,
        token_hash: &str,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> Result<()> {
        let query = "INSERT INTO password_resets (token_hash, account_id, operator_id, created_at, expires_at)
                     VALUES ($1, $2, $3, $4, $5)";
        sql!(self, db => sqlx::query(query)
            .bind(token_hash).bind(operator.account_id.as_str()).bind(operator.id.as_str())
            .bind(now.as_millis()).bind(expires_at.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Deletes all ways to a new password of an operator.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_password_resets(&mut self, operator: &Operator) -> Result<()> {
        let query = "DELETE FROM password_resets WHERE account_id = $1 AND operator_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StoreError;

    fn try_from(row: InvitationRow) -> Result<Self> {
        const TABLE: &str = "invitations";
        let all = [
            InvitationMail::Off,
            InvitationMail::Waiting,
            InvitationMail::Sent,
            InvitationMail::Failed,
        ];
        let mail = all.into_iter().find(|mail| mail.as_str() == row.mail);
        Ok(Self {
            account_id: row.account_id.parse().map_err(StoreError::corrupt(TABLE, "account_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt(TABLE, "id"))?,
            email: row.email.parse().map_err(StoreError::corrupt(TABLE, "email"))?,
            role: row.role.parse().map_err(StoreError::corrupt(TABLE, "role"))?,
            invited_by: row.invited_by.parse().map_err(StoreError::corrupt(TABLE, "invited_by"))?,
            mail: mail.ok_or_else(|| {
                StoreError::corrupt(TABLE, "mail")(format!("no state {:?}", row.mail))
            })?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}
